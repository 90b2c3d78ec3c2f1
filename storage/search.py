"""Finding articles by the words in them: every substring counts, words of two characters too.

A scan over title and body: exact, and fast enough for some ten thousand articles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from storage.models import articles, sources

_AROUND = 30
"""Characters of the text shown on each side of a hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that holds every word asked for."""

    id: int
    title: str
    url: str
    published_at: datetime | None
    source: str | None
    snippet: str
    """A stretch of the text as printed, round the first word found in it."""


def search(connection: Connection, words: Sequence[str], *, limit: int = 20) -> list[Hit]:
    """The articles that hold all the words, newest first; those without a date come last."""
    query = (
        select(articles, sources.c.name.label("source"))
        .outerjoin(sources)
        .where(*(_holds(word) for word in words))
        .order_by(articles.c.published_at.desc().nulls_last(), articles.c.id.desc())
        .limit(limit)
    )
    return [
        Hit(row.id, row.title, row.url, row.published_at, row.source, snippet(row.body, words))
        for row in connection.execute(query)
    ]


def snippet(text: str, words: Sequence[str]) -> str:
    """The stretch of a text round the first of the words, on one line."""
    folded = text.casefold()
    found = [(at, len(word)) for word in words if (at := folded.find(word.casefold())) >= 0]
    at, length = min(found, default=(0, 0))
    start, end = max(0, at - _AROUND), at + length + _AROUND
    cut = "…" * (start > 0) + text[start:end] + "…" * (end < len(text))
    return " ".join(cut.split())


def _holds(word: str) -> ColumnElement[bool]:
    columns = (articles.c.title, articles.c.kicker, articles.c.subtitle, articles.c.body)
    return or_(
        *(
            and_(column.is_not(None), func.lower(column).contains(word.lower(), autoescape=True))
            for column in columns
        )
    )
