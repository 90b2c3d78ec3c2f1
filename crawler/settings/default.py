"""A person at a terminal."""

from crawler.settings.base import *  # noqa: F403 - a profile is the base with a few names changed
