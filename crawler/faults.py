"""What becomes of an error: one nobody expected costs its page, one of the archive ends the run."""

import logging
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from storage.errors import ArchiveError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

ARCHIVE_FAULT = "archive/fault"
"""Key of the stats under which the report finds why the archive could not be used."""

START_FAILED = "run/start_failed"
"""Key of the stats: whether the run ended before it began, by an error the log tells."""

LEFT_ALONE = "site/left_alone"
"""Key of the stats: what a busy site asked for when the run ended because of it."""


PAGES_RAISED = "pages/raised"
"""Key of the stats: pages whose reading raised an error nobody expected."""


class Faults:
    """Scrapy extension: answers for pages whose reading raised an error, and ends a run without archive."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "Faults":
        """As Scrapy makes it."""
        faults = cls(crawler)
        crawler.signals.connect(faults.page_raised, signal=signals.spider_error)
        crawler.signals.connect(faults.page_raised, signal=signals.item_error)
        logging.getLogger("scrapy.core.scraper").addFilter(_tells_more_than_the_report)
        return faults

    def page_raised(self, failure: Failure, response: "Response | None") -> None:
        """Leave the page for a later run; without an archive there is none to leave it in."""
        error = failure.value
        if not isinstance(error, ArchiveError):
            assert self._crawler.stats is not None
            self._crawler.stats.inc_value(PAGES_RAISED)
            error = self._leave(response.request if response else None, error) or error
        if isinstance(error, ArchiveError):
            stop(self._crawler, error)

    def _leave(self, request: "Request | None", error: BaseException | None) -> ArchiveError | None:
        asked = request.cb_kwargs.get("asked") if request else None
        if asked is not None:
            try:
                self._crawler.spider.run.fail(asked, f"error:{type(error).__name__}")  # type: ignore[union-attr]
            except ArchiveError as fault:
                return fault
        return None


def stop(crawler: "Crawler", error: ArchiveError) -> None:
    """End the run: nothing more can be kept."""
    assert crawler.engine is not None
    if note(crawler, error):
        deferred_from_coro(crawler.engine.close_spider_async(reason="archive fault"))


def note(crawler: "Crawler", error: ArchiveError) -> bool:
    """Let the report know of a fault; False if it knows of one already."""
    assert crawler.stats is not None
    is_first = crawler.stats.get_value(ARCHIVE_FAULT) is None
    if is_first:
        crawler.stats.set_value(ARCHIVE_FAULT, str(error))
    return is_first


def _tells_more_than_the_report(record: logging.LogRecord) -> bool:
    """A full disk is no defect of ours: the report says it in one line, without a traceback."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, ArchiveError)
