"""Where to look: home page, section lists, their further pages, articles, the parts of articles.

The ledger in the archive knows every address ever found and how it ended. The
spider asks for what is open there and answers for each address exactly once.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler.faults import LEFT_ALONE, stop
from crawler.guard import FINDS_ORIGIN
from crawler.outcomes import (
    CAPTURE_ID,
    FETCHED_AT,
    NOT_MODIFIED,
    Outcome,
    moved_for_good,
    outcome_of_error,
    outcome_of_status,
)
from crawler.pages.base import ArticlePage
from crawler.pages.discovery import discover, iso_day
from crawler.pages.parts import join_parts
from crawler.pages.reading import Reader, Reading, Received
from crawler.patience import COME_BACK
from crawler.plan import CrawlPlan
from crawler.stopping import StopRule
from pipelines.items import RawArticle
from pipelines.urls import Site
from storage.columns import SITE_TIME
from storage.errors import ArchiveError
from storage.ledger import OpenUrl
from storage.run import OUTSIDE_DATES, OVERLAP, Run, Visit, now

Output = Iterator[Request | RawArticle]

_MOST_PARTS = 50
"""Pages of one article; a pager that never ends is a loop."""


class SiteSpider(Spider):
    """A crawl of one news site; a site's own spider names its page class and what it calls itself."""

    article_page: ClassVar[type[ArticlePage]] = ArticlePage
    site_name: ClassVar[str | None] = None

    def __init__(self, *args: Any, plan: CrawlPlan, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.run = run
        self.site = Site.of(plan.base_url, plan.hosts)
        self.stops: dict[str, str] = {}
        """Why each list was not read further, by the address of the last page read."""

        self._rule = StopRule(plan, (run.began.astimezone(SITE_TIME) - OVERLAP).date())
        self._settled = False
        self._listed: dict[str, int] = {}
        """What each list page read in this run lists, as a hash."""

    # The home page settles the site.

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the home page; everything else follows from where it ends."""
        yield Request(
            self.plan.base_url, callback=self.read_home, errback=self.home_failed, meta={FINDS_ORIGIN: True}
        )

    def read_home(self, response: Response) -> None:
        """Settle which addresses are this site; from then on the ledger says what to ask for."""
        if outcome := outcome_of_status(response.status):
            self._unreachable(f"{response.url}: {outcome.reason}")
            return
        self.site = Site.of(response.url, self.plan.hosts)
        if self.plan.mode != "recheck":
            self.run.take_up()
            url = self.site.to_site(response.url)
            self.run.enter_home(url)
            self._read_list(self._read(response, url), url, Visit())
        self._settled = True

    def home_failed(self, failure: Failure) -> None:
        """Nothing can be crawled: the run is a fault."""
        self._unreachable(f"{self.plan.base_url}: {outcome_of_error(failure.value).reason}")

    def _unreachable(self, why: str) -> None:
        self.crawler.stats.set_value("site/unreachable", why)

    # The ledger gives one address after the other.

    def next_request(self) -> Request | None:
        """The request for the next open address, None where there is none now."""
        try:
            while self._settled and (left := self.run.next_url()):
                if left.state != "queued" or self.plan.covers(iso_day(left.listed_date)):
                    return self._request(left)
                self.run.end(left.url, "skipped", OUTSIDE_DATES)
        except ArchiveError as error:
            stop(self.crawler, error)
        return None

    def awaits_others(self) -> bool:
        """Whether there may be an address to ask for once other workers are done."""
        try:
            return self._settled and self.run.awaits_others()
        except ArchiveError as error:
            stop(self.crawler, error)
            return False

    def _request(self, left: OpenUrl) -> Request:
        return Request(
            left.url,
            callback=self.read_answer,
            errback=self.failed,
            headers=_marks(left),
            cb_kwargs={"asked": left.url, "left": left},
        )

    # Every address is answered for once.

    def read_answer(self, response: Response, asked: str, left: OpenUrl) -> Output:
        """Answer for an address: an article, a list, a refusal, or gone."""
        url = self.site.to_site(response.url)
        if url != asked and (not self.site.same_site(url) or self.run.answered(url)):
            self.run.end(asked, "redirected", "redirect")
            return
        visit = self._visit(response, url, left)
        self.run.visit(url, visit)
        if response.status == NOT_MODIFIED and _marks(left):  # otherwise nobody asked whether it was
            self.run.not_modified(url)
        elif outcome := outcome_of_status(response.status):
            come_back = timedelta(seconds=response.meta.get(COME_BACK, 0))
            self._end(url, outcome, come_back)
            if come_back:
                self._leave_alone(response, come_back)
        else:
            yield from self._take(response, url, left, visit)

    def failed(self, failure: Failure) -> None:
        """Answer for an address that brought no page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self._end(request.cb_kwargs["asked"], outcome_of_error(failure.value))

    def _visit(self, response: Response, url: str, left: OpenUrl) -> Visit:
        marks = {name: response.headers.get(name) for name in ("ETag", "Last-Modified")}
        etag, last_modified = (mark.decode("latin-1") if mark else None for mark in marks.values())
        redirected = url != left.url
        return Visit(
            kind=left.kind,
            came_from=left.url if redirected else None,
            moved=redirected and moved_for_good(response.meta),
            etag=etag,
            last_modified=last_modified,
        )

    def _take(self, response: Response, url: str, left: OpenUrl, visit: Visit) -> Output:
        reading = self._read(response, url, left.listed_date)
        if reading.article is None and "list" in (reading.kind, left.kind):
            self._read_list(reading, url, visit, left.found_on)
            return
        self.run.visit(url, self._with_links(visit, reading))
        if reading.article is not None:
            yield from self._next_part(reading.article, ())
        else:
            self._refuse(url, reading, response)

    def _end(self, url: str, outcome: Outcome, come_back: timedelta = timedelta(0)) -> None:
        if outcome.state == "gone":
            self.run.gone(url, outcome.reason)
        elif outcome.state == "failed":
            self.run.fail(url, outcome.reason, come_back)
        else:
            self.run.end(url, outcome.state, outcome.reason)

    def _leave_alone(self, response: Response, come_back: timedelta) -> None:
        """End the run: the site has asked for it."""
        said = f"{response.url}: http-{response.status}, Retry-After {come_back}"
        self.crawler.stats.set_value(LEFT_ALONE, said)
        raise CloseSpider("the site asked to come back later")

    def _refuse(self, url: str, reading: Reading, response: Response) -> None:
        assert reading.refusal is not None
        self.run.refuse(
            url,
            stage="read",
            reason=reading.refusal.reason,
            detail=reading.refusal.detail,
            capture_id=response.meta.get(CAPTURE_ID),
        )

    def _read(self, response: Response, url: str, listed_date: str | None = None) -> Reading:
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        reader = Reader(self.site, self.site_name, self.article_page)
        return reader.read(
            Received(
                response.body,
                url,
                fetched_at=response.meta.get(FETCHED_AT) or now(),
                charset=http_content_type_encoding(content_type),
                listed_date=listed_date,
                capture_id=response.meta.get(CAPTURE_ID),
            )
        )

    # From a page to the addresses it leads to.

    def _with_links(self, visit: Visit, reading: Reading) -> Visit:
        """The visit with the links of the page; a recheck looks at what is known and at nothing else."""
        if reading.listing is None or self.plan.mode == "recheck":
            return visit
        links = discover(reading.listing, self.plan, section=reading.section)
        return replace(visit, found=links.found, left_out=links.left_out)

    def _read_list(self, reading: Reading, url: str, visit: Visit, found_on: str | None = None) -> None:
        """Answer for a list page, and turn it unless the rule says that it was read far enough."""
        self.run.visit(url, self._with_links(visit, reading))
        page = reading.listing
        entries = [entry.url for entry in page.entries] if page else []
        self.run.lists[url] = len(entries)
        self.run.dated += sum(entry.date is not None for entry in page.entries) if page else 0
        self._listed[url] = hash(tuple(entries))

        def turn(known: set[str]) -> bool:
            if page is None or not page.is_list:
                return False
            repeats = found_on is not None and self._listed.get(found_on) == self._listed[url]
            reason = self._rule.reason(page.entries, page.next_url, known, repeats=repeats)
            if reason:
                self.stops[url] = reason
            return reason is None

        self.run.read_list(url, entries, page.next_url if page else None, turn)

    # An article of several pages is one article, and one answer.

    def _next_part(self, first: RawArticle, parts: tuple[RawArticle, ...]) -> Output:
        """Ask for the part that follows; give the article when there is none."""
        following = (parts or (first,))[-1].next_part
        url = self.site.to_site(following) if following else None
        begun = {first.url, *(part.url for part in parts)}  # the last page of some templates links the first
        if url is None or url in begun or len(parts) >= _MOST_PARTS or not self.site.same_site(url):
            yield self._whole(first, parts)
            return
        yield Request(
            url,
            callback=self.read_part,
            errback=self.part_failed,
            cb_kwargs={"asked": first.url, "part": url, "first": first, "parts": parts},
        )

    def read_part(
        self, response: Response, asked: str, part: str, first: RawArticle, parts: tuple[RawArticle, ...]
    ) -> Output:
        """Add a part to its article, and go on with the next."""
        reading = None
        if outcome := outcome_of_status(response.status):
            self.run.part(asked, part, outcome.state, outcome.reason)
        else:
            reading = self._read(response, part)
        if reading is not None and reading.refusal is not None:
            self.run.part(asked, part, "refused", reading.refusal.reason)
        if reading is None or reading.article is None:
            yield self._whole(first, parts)
            return
        self.run.part(asked, part, "stored", "part")
        yield from self._next_part(first, (*parts, reading.article))

    def part_failed(self, failure: Failure) -> Output:
        """File what there is of an article whose next part brought no page."""
        begun = failure.request.cb_kwargs  # type: ignore[attr-defined]
        outcome = outcome_of_error(failure.value)
        self.run.part(begun["asked"], begun["part"], outcome.state, outcome.reason)
        yield self._whole(begun["first"], begun["parts"])

    def _whole(self, first: RawArticle, parts: tuple[RawArticle, ...]) -> RawArticle:
        if self.plan.limit is not None and self.run.stored() >= self.plan.limit:
            raise CloseSpider("limit")
        return join_parts(first, *parts)


def _marks(left: OpenUrl) -> dict[str, str]:
    """The version we hold, so that the server need not send it again.

    A list is read whole each time: where to stop depends on what it lists.
    """
    if left.kind != "article" or left.state == "queued":
        return {}
    marks = {"If-None-Match": left.etag, "If-Modified-Since": left.last_modified}
    return {name: mark for name, mark in marks.items() if mark}
