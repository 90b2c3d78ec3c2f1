"""Property tests of this folder judge answers, not speed: a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("answers", deadline=None)
settings.load_profile("answers")
