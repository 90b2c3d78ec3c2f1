"""Reading one article page, whatever its skin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.base import ArticlePage

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.pages.document import Document
    from pipelines.items import RawArticle


def read_article(document: Document, *, fetched_at: datetime, listed_date: str | None = None) -> RawArticle:
    """Return the article a page holds.

    Args:
        document: the page, parsed.
        fetched_at: when it was received, with zone.
        listed_date: the date the list entry that led here prints, as printed.

    Raises:
        Refusal: the page is no article, by the name of the reason.
    """
    return ArticlePage(document, fetched_at=fetched_at, listed_date=listed_date).read()
