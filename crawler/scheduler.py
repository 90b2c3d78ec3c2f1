"""What is asked for next: the ledger in the archive is the queue.

Scrapy's own queues lose what is in flight when a process is killed, or repeat it. The ledger knows what is
open because a page, the links on it and its own end are one transaction. In memory wait only the requests
that belong to a page already begun: a redirect, a retry, the next part of an article.
"""

from collections import deque
from typing import TYPE_CHECKING, Self, cast

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.spiders.base import SiteSpider


class LedgerScheduler(BaseScheduler):
    """Gives what is begun first, then what the spider takes from the ledger."""

    def __init__(self, spider: "SiteSpider") -> None:
        self._spider = spider
        self._begun: deque[Request] = deque()
        self._ahead: Request | None = None

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it."""
        return cls(cast("SiteSpider", crawler.spider))

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request of a page already begun."""
        self._begun.append(request)
        return True

    def has_pending_requests(self) -> bool:
        """Whether there is anything left to ask for, now or when other workers are done with it."""
        if not self._begun and self._ahead is None:
            self._ahead = self._spider.next_request()
        return bool(self._begun) or self._ahead is not None or self._spider.awaits_others()

    def next_request(self) -> Request | None:
        """The request to send now."""
        if self._begun:
            return self._begun.popleft()
        request, self._ahead = self._ahead or self._spider.next_request(), None
        return request
