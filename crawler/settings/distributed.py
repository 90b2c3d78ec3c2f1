"""One of several workers that share an archive in PostgreSQL."""

from crawler.settings.base import *  # noqa: F403 - a profile is the base with a few names changed

# Each worker keeps the manners of `default`: the site is asked as often as there are workers.
LEASE_SECONDS = 120
