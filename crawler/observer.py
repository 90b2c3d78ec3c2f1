"""What only the crawl itself can see of a site: how long it lets us wait, its clock, one page for everything."""

from collections import Counter
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.statscollectors import StatsCollector

from crawler.outcomes import FETCHED_AT
from storage.run import now

WAITING = "site/waiting_seconds"
SKEW = "site/clock_skew"
SAME_PAGE = "site/same_page"


class Observer:
    """Scrapy extension: leaves what it saw in the stats, for `crawler.report`."""

    def __init__(self, stats: StatsCollector) -> None:
        self._stats = stats
        self._pages: Counter[bytes] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Observer":
        """Built by Scrapy."""
        assert crawler.stats is not None
        observer = cls(crawler.stats)
        crawler.signals.connect(observer.response_received, signal=signals.response_received)
        crawler.signals.connect(observer.spider_closed, signal=signals.spider_closed)
        return observer

    def response_received(self, response: Response, request: Request) -> None:
        """Note one response."""
        self._stats.inc_value(WAITING, request.meta.get("download_latency", 0.0))
        if response.status == HTTPStatus.OK:
            self._pages[blake2b(response.body, digest_size=16).digest()] += 1
        if self._stats.get_value(SKEW) is None:
            # In a replay the response came when its capture says.
            self._stats.set_value(SKEW, _skew(response, request.meta.get(FETCHED_AT) or now()))

    def spider_closed(self) -> None:
        """Sum up."""
        most = max(self._pages.values(), default=0)
        self._stats.set_value(SAME_PAGE, (most, self._pages.total()))


def _skew(response: Response, at: datetime) -> float | None:
    """Seconds by which our clock was ahead of the one the server states; a page kept by a cache states none."""
    printed = response.headers.get("Date")
    if printed is None or b"Age" in response.headers or "cached" in response.flags:
        return None
    try:
        return (at - parsedate_to_datetime(printed.decode("latin-1"))).total_seconds()
    except (ValueError, TypeError):  # no date at all, or one without a zone
        return None
