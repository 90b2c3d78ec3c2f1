"""The nightly job: slower, and it waits its turn."""

from crawler.settings.base import *  # noqa: F403 - a profile is the base with a few names changed

DOWNLOAD_DELAY = 3.0
AUTOTHROTTLE_START_DELAY = 3.0
