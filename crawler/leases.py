"""The pulse of a worker: while it beats, no other worker takes what this one has in hand."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.faults import stop
from storage.errors import ArchiveError
from storage.run import Run

_BEATS = 3
"""In the time of one lease, so that one that comes late costs nothing."""


class Leases:
    """Scrapy extension: renews the leases while the worker lives; a run that crawls alone has none."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        if run.lease is None:
            raise NotConfigured
        self._crawler = crawler
        self._run = run
        self._seconds = run.lease.total_seconds() / _BEATS
        self._pulse = create_looping_call(self._beat)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """As Scrapy makes it."""
        leases = cls(crawler, crawler.spider.run)  # type: ignore[union-attr]
        crawler.signals.connect(leases.engine_started, signal=signals.engine_started)
        crawler.signals.connect(leases.spider_closed, signal=signals.spider_closed)
        return leases

    def engine_started(self) -> None:
        """Begin to beat."""
        self._pulse.start(self._seconds, now=False)

    def spider_closed(self) -> None:
        """Stop; the run gives back what it holds."""
        if self._pulse.running:
            self._pulse.stop()

    def _beat(self) -> None:
        try:
            self._run.renew()
        except ArchiveError as error:
            stop(self._crawler, error)
