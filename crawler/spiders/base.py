"""Where to look: home page, section lists, their further pages, articles, the parts of articles.

The ledger in the archive knows every address ever found and how it ended. The
spider asks for what is open there and answers for each request exactly once.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure
from w3lib.encoding import http_content_type_encoding

from crawler.guard import FINDS_ORIGIN
from crawler.outcomes import CAPTURE_ID, FETCHED_AT, Outcome, outcome_of_error, outcome_of_status
from crawler.pages.base import ArticlePage
from crawler.pages.discovery import OUTSIDE_DATES, OUTSIDE_SECTIONS, PRIORITY, discover, iso_day
from crawler.pages.listing import ListPage
from crawler.pages.parts import join_parts
from crawler.pages.reading import Reader, Reading, Received
from crawler.plan import CrawlPlan
from pipelines.items import RawArticle
from pipelines.urls import Site
from storage.ledger import Discovery
from storage.models import EndState, LedgerKind
from storage.run import Run, now

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
        self._asked: set[str] = set()
        """Addresses this run has requested: a list is read anew each run, but once."""

    # The home page settles the site.

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the home page; everything else follows from where it ends."""
        yield Request(
            self.plan.base_url,
            callback=self.read_home,
            errback=self.home_failed,
            priority=100,
            meta={FINDS_ORIGIN: True},
        )

    def read_home(self, response: Response) -> Output:
        """Settle which addresses are this site, then go on with what earlier runs left open."""
        if outcome := outcome_of_status(response.status):
            self._unreachable(f"{response.url}: {outcome.reason}")
            return
        self.site = Site.of(response.url, self.plan.hosts)
        url = self.site.to_site(response.url)
        self._enter(url, "list")
        yield from self._take_up()
        yield from self._follow(self._read(response, url), url, closes=("stored", "list"))

    def _take_up(self) -> Output:
        """Ask for what earlier runs found and did not get to; a part is asked for by its article."""
        if self.plan.sections:  # nobody knows which section an address left open belongs to
            return
        self.run.take_up(OUTSIDE_DATES, OUTSIDE_SECTIONS)
        for left in self.run.open_urls():
            if not self.plan.covers(iso_day(left.listed_date)):
                self.run.end(left.url, "skipped", OUTSIDE_DATES)
            elif left.kind != "part":
                yield from self._ask(left.url, left.kind, left.listed_date)

    def home_failed(self, failure: Failure) -> None:
        """Nothing can be crawled: the run is a fault."""
        self._unreachable(f"{self.plan.base_url}: {outcome_of_error(failure.value).reason}")

    def _unreachable(self, why: str) -> None:
        self.crawler.stats.set_value("site/unreachable", why)

    # Every other address is answered for once.

    def read_answer(
        self, response: Response, asked: str, kind: LedgerKind, listed_date: str | None
    ) -> Output:
        """Answer for an address: an article, a list, a refusal, or gone."""
        url = self._settle(asked, response.url, kind)
        if url is None:
            return
        if outcome := outcome_of_status(response.status):
            self._end(url, outcome)
            return
        reading = self._read(response, url, listed_date)
        if reading.article is not None:
            yield from self._follow(reading, url)
            yield from self._next_part(reading.article, ())
        elif reading.kind == "list" or kind == "list":
            yield from self._follow(reading, url, closes=("stored", "list"))
        else:
            yield from self._follow(reading, url)
            self._refuse(url, reading, response)

    def failed(self, failure: Failure) -> None:
        """Answer for an address that brought no page."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self._end(request.cb_kwargs["asked"], outcome_of_error(failure.value))

    def _settle(self, asked: str, landed: str, kind: LedgerKind) -> str | None:
        """The address the page really has; None if that one was or will be answered for by itself."""
        url = self.site.to_site(landed)
        if url == asked:
            return url
        self.run.end(asked, "redirected", "redirect")
        if url in self._asked or not self.site.same_site(url):
            return None
        self._enter(url, kind)
        return url

    def _enter(self, url: str, kind: LedgerKind) -> None:
        self._asked.add(url)
        self.run.discover(url, [Discovery(url, kind=kind, priority=PRIORITY[kind])])

    def _end(self, url: str, outcome: Outcome) -> None:
        if outcome.state == "gone":
            self.run.gone(url, outcome.reason)
        elif outcome.state == "failed":
            self.run.fail(url, outcome.reason)
        else:
            self.run.end(url, outcome.state, outcome.reason)

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

    # From a page to the next requests.

    def _follow(self, reading: Reading, url: str, closes: tuple[EndState, str] | None = None) -> Output:
        """Enter what the page leads to, with its own end if it has one by now, and ask for what is new."""
        if reading.listing is None:
            return
        if closes:
            self.run.lists[url] = len(reading.listing.entries)
        discovered = discover(reading.listing, self.plan, section=reading.section)
        new = self.run.discover(url, discovered.found, discovered.left_out, closes=closes)
        for entry in discovered.found:
            if entry.url in new or entry.kind == "list":
                yield from self._ask(entry.url, entry.kind, entry.listed_date)
        yield from self._turn_page(reading.listing, new)

    def _turn_page(self, page: ListPage, new: set[str]) -> Output:
        """Ask for the next page of a list as long as pages bring something new."""
        if page.next_url and (self.plan.mode == "backfill" or new) and page.next_url not in self._asked:
            self.run.discover(page.url, [Discovery(page.next_url, kind="list", priority=PRIORITY["list"])])
            yield from self._ask(page.next_url, "list", None)

    def _ask(self, url: str, kind: LedgerKind, listed_date: str | None) -> Output:
        if url in self._asked:
            return
        self._asked.add(url)
        yield Request(
            url,
            callback=self.read_answer,
            errback=self.failed,
            priority=PRIORITY[kind],
            cb_kwargs={"asked": url, "kind": kind, "listed_date": listed_date},
        )

    # An article of several pages is one article.

    def _next_part(self, first: RawArticle, parts: tuple[RawArticle, ...]) -> Output:
        """Ask for the part that follows; give the article when there is none."""
        following = (parts or (first,))[-1].next_part
        if following is None or len(parts) >= _MOST_PARTS:
            yield self._whole(first, parts)
            return
        url = self.site.to_site(following)
        if url in self._asked or not self.site.same_site(
            url
        ):  # the last page of some templates links the first
            yield self._whole(first, parts)
            return
        self._asked.add(url)
        self.run.discover(first.url, [Discovery(url, kind="part", priority=PRIORITY["part"])])
        yield Request(
            url,
            callback=self.read_part,
            errback=self.part_failed,
            priority=PRIORITY["part"],
            cb_kwargs={"asked": url, "first": first, "parts": parts},
        )

    def read_part(
        self, response: Response, asked: str, first: RawArticle, parts: tuple[RawArticle, ...]
    ) -> Output:
        """Add a part to its article, and go on with the next."""
        if outcome := outcome_of_status(response.status):
            self._end(asked, outcome)
            yield self._whole(first, parts)
            return
        reading = self._read(response, asked)
        if reading.article is None:
            self._refuse(asked, reading, response)
            yield self._whole(first, parts)
            return
        self.run.end(asked, "stored", "part")
        yield from self._next_part(first, (*parts, reading.article))

    def part_failed(self, failure: Failure) -> Output:
        """File what there is of an article whose next part brought no page."""
        asked = failure.request.cb_kwargs  # type: ignore[attr-defined]
        self._end(asked["asked"], outcome_of_error(failure.value))
        yield self._whole(asked["first"], asked["parts"])

    def _whole(self, first: RawArticle, parts: tuple[RawArticle, ...]) -> RawArticle:
        if self.plan.limit is not None and self.run.stored() >= self.plan.limit:
            raise CloseSpider("limit")
        return join_parts(first, *parts)
