"""A run again from its captures: no network, no waiting."""

from crawler.settings.base import *  # noqa: F403 - a profile is the base with a few names changed
from crawler.settings.base import DOWNLOADER_MIDDLEWARES as _LIVE

COMMANDS_MODULE = "crawler.replaying"
DOWNLOADER_MIDDLEWARES = {
    **_LIVE,
    "crawler.guard.SiteGuard": None,
    "crawler.replay.OfflineGuard": 20,
    "crawler.patience.Patience": None,
    "crawler.replay.NoWaiting": 560,
    "crawler.webarchive.WebArchive": None,
    "crawler.replay.Replay": 900,
}
# Should anything ever pass by Replay, it finds no way out.
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https", "data", "file", "ftp", "s3"))

DOWNLOAD_DELAY = 0
AUTOTHROTTLE_ENABLED = False
