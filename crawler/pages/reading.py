"""What a page is: an article, a list, or neither, and what is read on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from crawler.pages.base import ArticlePage
from crawler.pages.document import Document
from crawler.pages.listing import ListPage
from pipelines.items import RawArticle
from pipelines.refusals import Refusal
from pipelines.urls import Site

Kind = Literal["article", "list", "other"]


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


def read_page(
    body: bytes,
    *,
    url: str,
    fetched_at: datetime,
    charset: str | None = None,
    site: Site | None = None,
    site_name: str | None = None,
    listed_date: str | None = None,
    article_page: type[ArticlePage] = ArticlePage,
) -> Reading:
    """Read a response; never raises for what a page may hold.

    Args:
        body: the response as received.
        url: its canonical address.
        fetched_at: when it was received, the base of relative dates.
        charset: what the response header states.
        site: which addresses are the same site; the page's own host alone if not given.
        site_name: what the site calls itself, for 本网 and 本站.
        listed_date: the date the list entry that led here prints.
        article_page: the site's own page class.
    """
    try:
        document = Document.parse(body, url=url, charset=charset)
    except Refusal as refusal:
        return Reading("other", refusal=refusal)
    site = site or Site.of(url)
    listing = ListPage(document.root, url, site)
    page = article_page(document, fetched_at=fetched_at, listed_date=listed_date)
    try:
        article = replace(page.read(), site=site.host, site_name=site_name)
    except Refusal as refusal:
        return Reading("list" if listing.is_list else "other", None, listing, refusal, page)
    return Reading("article", article, listing, None, page)
