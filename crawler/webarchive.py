"""Keeps every response as it came, and every error on the way to one, so that a run can be read again.

It stands where Scrapy's HTTP cache stands: nearest to the network, before compression, redirects and
retries are dealt with. A storage class behind that cache would not do: the cache adds a Date header of its
own, never sees an error, and takes a damaged entry for a missing one.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.faults import note
from crawler.guard import OffLimits
from crawler.outcomes import CAPTURE_ID, FETCHED_AT, RunEnds
from storage.captures import Keeper, settle
from storage.errors import ArchiveError
from storage.run import now

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.plan import CrawlPlan
    from storage.run import Run

KEPT_ERRORS: Mapping[str, type[Exception]] = {
    kind.__name__: kind
    for kind in (
        CannotResolveHostError,
        DownloadCancelledError,
        DownloadConnectionRefusedError,
        DownloadFailedError,
        DownloadTimeoutError,
        ResponseDataLossError,
    )
}
"""What the network can do to a request, by the name under which it is kept."""


class WebArchive:
    """Downloader middleware; sets the capture's number and time on `Request.meta`."""

    def __init__(self, crawler: "Crawler", keeper: Keeper) -> None:
        self._crawler = crawler
        self._keeper = keeper

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it, once the spider stands."""
        spider: Any = crawler.spider
        run: Run = spider.run
        folder = Path(crawler.settings["CAPTURE_DIR"])
        settle(run.archive, folder)
        archive = cls(crawler, Keeper(run.archive, folder, run.id, run_note(run, spider.name, spider.plan)))
        crawler.signals.connect(archive.spider_closed, signal=signals.spider_closed)
        return archive

    def process_response(self, request: "Request", response: "Response") -> "Response":
        """Keep a response."""
        at = now()
        headers = [(name, value) for name, values in response.headers.items() for value in values]
        with self._ending_the_run():
            request.meta[CAPTURE_ID] = self._keeper.keep(
                response.url, at, response.status, headers, response.body
            )
        request.meta[FETCHED_AT] = at
        return response

    def process_exception(self, request: "Request", exception: Exception) -> None:
        """Keep an error, so that a replay meets it at the same place."""
        name = type(exception).__name__
        with self._ending_the_run():
            if KEPT_ERRORS.get(name) is type(exception):
                self._keeper.note(request.url, now(), {"error": name, "message": str(exception)})
            elif isinstance(exception, OffLimits) and exception.reason == "private-address":
                # The one refusal of the guard that no page shows: it follows from a name server's answer.
                self._keeper.note(request.url, now(), {"error": "OffLimits", "message": exception.reason})

    def spider_closed(self, spider: "Spider", reason: str) -> None:
        """Note how the run ended, and finish the file; where that can't be done the next run does."""
        del spider
        try:
            self._keeper.note("", now(), {"ended": reason})
            self._keeper.close()
        except ArchiveError as error:
            note(self._crawler, error)

    @contextmanager
    def _ending_the_run(self) -> Iterator[None]:
        """What can't be kept is no fault of the address: it stays open, and the run ends.

        Raises:
            RunEnds: the archive can't be written.
        """
        try:
            yield
        except ArchiveError as error:
            note(self._crawler, error)
            raise RunEnds("archive fault") from error


def run_note(run: "Run", spider: str, plan: "CrawlPlan") -> dict[str, Any]:
    """What a file says of its run: enough to replay it into an empty archive."""
    return {
        "run": run.id,
        "spider": spider,
        "arguments": plan.as_arguments(),
        "started_at": run.began.isoformat(),
    }
