"""What a page is: an article, a list, or neither, and what is read on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crawler.pages.base import ArticlePage
from crawler.pages.document import Document
from crawler.pages.listing import ListPage
from pipelines.items import RawArticle
from pipelines.refusals import NotAnArticle, Refusal
from pipelines.urls import Site

Kind = Literal["article", "list", "other"]

_SCRAP = 100
"""Characters up to which a text may be what a list says of one of its entries."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page, parsed once and read as what it is."""

    kind: Kind
    article: RawArticle | None = None
    listing: ListPage | None = None
    """The page's links and entries, whatever it is; None where it could not be parsed."""

    refusal: Refusal | None = None
    """Why it is no article."""

    page: ArticlePage | None = None
    """The page object, for a person who asks what was read on a refused page."""

    @property
    def section(self) -> tuple[str, ...]:
        """The steps of a list's breadcrumb, its own name included."""
        return (*self.page.breadcrumb, self.page.title) if self.page else ()


@dataclass(frozen=True, slots=True)
class Received:
    """One response, apart from the library that fetched it."""

    body: bytes
    """As received, content coding undone."""

    url: str
    """Canonical address of the page."""

    fetched_at: datetime
    """With zone: the base of relative dates."""

    charset: str | None = None
    """What the response header states."""

    listed_date: str | None = None
    """The date the list entry that led here prints."""

    capture_id: int | None = None
    """Number of the capture that keeps it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the pages of one site. Pure: the same response gives the same reading."""

    site: Site
    """Which addresses are the same site."""

    site_name: str | None = None
    """What the site calls itself, for 本网 and 本站."""

    article_page: type[ArticlePage] = ArticlePage
    """The site's own page class."""

    def read(self, received: Received) -> Reading:
        """Read a response as what it is; never raises for what a page may hold."""
        try:
            document = Document.parse(received.body, url=received.url, charset=received.charset)
        except Refusal as refusal:
            return Reading("other", refusal=refusal)
        listing = ListPage(document.root, received.url, self.site)
        page = self.article_page(document, fetched_at=received.fetched_at, listed_date=received.listed_date)
        try:
            raw = page.read()
            if _is_scrap_of_list(raw, listing, page):
                return Reading("list", None, listing, NotAnArticle("a list of short summaries"), page)
            article = replace(
                raw,
                url=received.url,
                site=self.site.host,
                site_name=self.site_name,
                capture_id=received.capture_id,
            )
        except Refusal as refusal:
            kind: Kind = "list" if listing.is_list else "other"
            # Its traceback would hold this frame, and with it the page, until the collector comes round.
            return Reading(kind, None, listing, refusal.with_traceback(None), page)
        return Reading("article", article, listing, None, page)


def _is_scrap_of_list(article: RawArticle, listing: ListPage, page: ArticlePage) -> bool:
    """Whether what was read is no more than a summary in a list, or the few words below one."""
    told = sum(len(block.text) * (1 - block.link_share) for block in article.content if block.kind == "text")
    if told > _SCRAP or not page.has_headlines_before_end or not listing.is_list or not listing.entries:
        return False
    return page.begins_before_end(listing.entries[0].title)
