"""A site that is busy says so: 429 or 503, and in Retry-After when to come back."""

import asyncio
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self

from storage.run import now

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

COME_BACK = "come_back"
"""Key of `Request.meta`: seconds after which the site wants to be asked again, where they are too many."""

_BUSY = frozenset((429, 503))


class Patience:
    """Downloader middleware: waits as long as the site asks for, and with it the run.

    It stands nearer to the network than Scrapy's retries, which then ask again. A run has one page in hand
    at a time, so while this one waits nothing else is asked for.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._most = crawler.settings.getfloat("RETRY_AFTER_MOST")

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_response(self, request: "Request", response: "Response") -> "Response":
        """Wait; where that would be too long, leave it to the spider to end the run."""
        seconds = seconds_asked_for(response)
        if seconds is not None:
            self._crawler.spider.run.tally["waited:retry-after"] += 1  # type: ignore[union-attr]
            if seconds > self._most:
                request.meta.update({COME_BACK: seconds, "dont_retry": True})
            else:
                await self.sleep(seconds)
        return response

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        await asyncio.sleep(seconds)


def seconds_asked_for(response: "Response") -> float | None:
    """How long a busy site asks to be left alone, None where it does not say."""
    printed = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if response.status not in _BUSY or not printed:
        return None
    if printed.isdecimal():
        return float(printed)
    with suppress(ValueError, TypeError):  # no date at all, or one without a zone
        return max(0.0, (parsedate_to_datetime(printed) - now()).total_seconds())
    return None
