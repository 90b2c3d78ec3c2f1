"""Finding articles by the words in them: every substring counts, words of two characters too.

The one entry for command line, web page and export. The database proposes articles, from its index where it
has one; what the proposal leaves open is looked up in the texts, so the answer is exact either way.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Literal, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from storage.columns import SITE_TIME
from storage.database import kind_of
from storage.models import articles, contributors, source_aliases, sources
from storage.proposal import Proposal
from storage.question import Question, holds, parse, words
from storage.variants import fold, fold_for, place_in_printed

Order = Literal["newest", "relevance"]

Span = tuple[int, int]
"""Where a piece of a text begins and ends."""

_BEFORE, _AFTER = 20, 50
"""Characters of the text shown before and after a hit."""

_FEW = 5000
"""Up to this many articles are looked up by number; of more, the archive is walked in order."""

_BATCH = 200

_WHITE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for: words, and where, from whom and when."""

    question: Question | None = None
    section: str | None = None
    """A section's whole path, or any step of it."""

    source: str | None = None
    """An outlet, in any spelling the archive has seen."""

    person: str | None = None
    since: date | None = None
    until: date | None = None
    """The last day that counts."""

    order: Order = "newest"

    @classmethod
    def of(cls, asked: str, **filters: Any) -> Self:
        """The query for a question as a person types it; one without words is about all articles."""
        return cls(parse(asked) if asked.strip() else None, **filters)

    @property
    def words(self) -> list[str]:
        """The folded words to show in what is found."""
        return words(self.question) if self.question else []

    @property
    def is_filtered(self) -> bool:
        """Whether something besides words is asked for."""
        return any((self.section, self.source, self.person, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that answers the query."""

    id: int
    title: str
    url: str
    published_at: datetime | None
    section: str | None
    source: str | None
    snippet: str
    """A stretch of the text as printed, round the first word found in it."""

    marks: tuple[Span, ...]
    """The words found in the snippet."""


def search(connection: Connection, query: Query, *, limit: int = 20, offset: int = 0) -> list[Hit]:
    """The articles that answer, in the order asked for; of the newest, those without a date come last."""
    rows: Iterable[Row[Any]]
    if query.order == "relevance" and query.words:
        rows = sorted(_answers(connection, query), key=lambda row: -_score(row, query.words))
    else:
        rows = _newest(connection, query, offset + limit)
    return [_hit(row, query.words) for row in islice(rows, offset, offset + limit)]


def count(connection: Connection, query: Query) -> int:
    """How many articles answer."""
    if query.question and not query.is_filtered:
        counted = kind_of(connection.engine.url).count_proposed(connection, query.question)
        if counted is not None:
            return counted
    return sum(1 for _ in matching_ids(connection, query))


def matching_ids(connection: Connection, query: Query) -> Iterator[int]:
    """The numbers of all articles that answer, newest first."""
    proposal = _proposal(connection, query)
    for batch in _batches(_ordered(connection, query, proposal), _BATCH):
        unsure = [number for number in batch if not proposal.is_sure(number)]
        checked = {row.id for row in _rows(connection, unsure) if _is_answer(row, query)}
        yield from (number for number in batch if proposal.is_sure(number) or number in checked)


def cut_snippet(text: str, asked: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    """The stretch of a printed text round the first of the folded words, on one line, and the words in it."""
    found = find_words(text, asked)
    first = found[0] if found else (0, 0)
    start, end = max(0, first[0] - _BEFORE), first[1] + _AFTER
    line = "…" * (start > 0) + _WHITE.sub(" ", text[start:end]) + "…" * (end < len(text))
    moved = (start > 0) - start
    return line, tuple((at + moved, to + moved) for at, to in found if start <= at and to <= end)


def find_words(text: str, asked: Sequence[str]) -> list[Span]:
    """Where the folded words stand in a printed text, in order, none overlapping."""
    folded = fold_for(text, asked)
    found = ((at, at + len(word)) for word in asked for at in _places(folded, word))
    if len(folded) != len(text):
        found = ((place_in_printed(text, start), place_in_printed(text, end - 1) + 1) for start, end in found)
    apart: list[Span] = []
    for start, end in sorted(found):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
    return apart


def _places(folded: str, word: str) -> Iterator[int]:
    at = folded.find(word)
    while at >= 0:
        yield at
        at = folded.find(word, at + len(word))


def _newest(connection: Connection, query: Query, most: int) -> Iterable[Row[Any]]:
    """The newest answers, at least so many if there are."""
    few = _newest_of_few(connection, query, most)
    return _answers(connection, query, at_once=most) if few is None else few


def _newest_of_few(connection: Connection, query: Query, most: int) -> list[Row[Any]] | None:
    """The newest answers, where one question to the database is enough to tell them."""
    if query.question is None or query.is_filtered or most > _BATCH:
        return None
    propose = kind_of(connection.engine.url).newest_proposed
    rows = propose(connection, query.question, _ARTICLES, most=most, few=_FEW)
    answers = [row for row in rows if row.is_sure or _is_answer(row, query)]
    return answers if len(answers) == most or 0 < len(rows) < most else None


def _answers(connection: Connection, query: Query, *, at_once: int = _BATCH) -> Iterator[Row[Any]]:
    """The articles that answer, newest first, read as they are asked for."""
    proposal = _proposal(connection, query)
    for batch in _batches(_ordered(connection, query, proposal), min(at_once, _BATCH)):
        for row in _rows(connection, batch):
            if proposal.is_sure(row.id) or _is_answer(row, query):
                yield row


def _proposal(connection: Connection, query: Query) -> Proposal:
    if query.question is None:
        return Proposal.everything(is_sure=True)
    return kind_of(connection.engine.url).propose(connection, query.question)


def _ordered(connection: Connection, query: Query, proposal: Proposal) -> Iterator[int]:
    """The numbers of the articles proposed that pass the filters, newest first."""
    if proposal.ids is None:
        return iter(connection.execute(_filtered(_NEWEST, query)).scalars())
    if len(proposal.ids) <= _FEW:
        return _few_ordered(connection, query, proposal.ids)
    walking = connection.execution_options(stream_results=True)
    walked = walking.execute(_filtered(_NEWEST, query)).scalars()
    return (number for number in walked if number in proposal.ids)


def _few_ordered(connection: Connection, query: Query, ids: Iterable[int]) -> Iterator[int]:
    few = connection.execute(_filtered(_FEW_NEWEST, query), {"ids": json.dumps(list(ids))})
    return iter(few.scalars())


def _filtered(numbers: Select[Any], query: Query) -> Select[Any]:
    # The statement itself where it will do: of a copy SQLAlchemy knows nothing yet.
    return numbers.where(*_filters(query)) if query.is_filtered else numbers


def _filters(query: Query) -> Iterator[ColumnElement[bool]]:
    if query.section:
        steps = "/" + articles.c.section + "/"
        yield steps.contains(f"/{query.section.strip('/')}/", autoescape=True)
    if query.source:
        spelled = select(source_aliases.c.source_id).where(source_aliases.c.alias == query.source)
        named = select(sources.c.id).where(sources.c.name == query.source)
        yield or_(articles.c.source_id.in_(named), articles.c.source_id.in_(spelled))
    if query.person:
        credited = (contributors.c.article_id == articles.c.id, contributors.c.name == query.person)
        yield exists().where(*credited)
    if query.since:
        yield articles.c.published_at >= _midnight(query.since)
    if query.until:
        yield articles.c.published_at < _midnight(query.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_TIME)


def _rows(connection: Connection, numbers: Sequence[int]) -> list[Row[Any]]:
    """The articles of these numbers, in the order given."""
    if not numbers:
        return []
    rows: list[Row[Any]] = list(connection.execute(_NUMBERED, {"ids": list(numbers)}))
    found = {row.id: row for row in rows}
    return [found[number] for number in numbers if number in found]


def _is_answer(row: Row[Any], query: Query) -> bool:
    return query.question is None or holds(query.question, _text_of(row))


def _text_of(row: Row[Any]) -> str:
    return "\n".join((row.kicker or "", row.title, row.subtitle or "", row.body))


def _score(row: Row[Any], asked: Sequence[str]) -> float:
    """A word in the title outweighs any number in the text; there, many and early ones count."""
    title, beside = fold(row.title), fold(f"{row.kicker or ''}\n{row.subtitle or ''}")
    body = fold(row.body)
    score = 0.0
    for word in asked:
        score += 8 * (word in title) + 4 * (word in beside)
        if times := body.count(word):
            score += min(math.log2(1 + times), 4) + 2 / (1 + body.find(word) / 100)
    return score


def _hit(row: Row[Any], asked: Sequence[str]) -> Hit:
    snippet, marks = cut_snippet(row.body, asked)
    return Hit(row.id, row.title, row.url, row.published_at, row.section, row.source, snippet, marks)


def _batches(numbers: Iterable[int], size: int) -> Iterator[list[int]]:
    walking = iter(numbers)
    while batch := list(islice(walking, size)):
        yield batch
        size = _BATCH


# Built once: building a statement takes SQLAlchemy longer than running it.

_NEWEST = select(articles.c.id).order_by(articles.c.published_at.desc().nulls_last(), articles.c.id.desc())

_FEW_NEWEST = (
    select(articles.c.id)
    .where(articles.c.id.in_(select(func.json_each(bindparam("ids")).table_valued("value").c.value)))
    .order_by(func.coalesce(articles.c.published_at, "").desc(), articles.c.id.desc())
)
"""Sorted by what no index has, or SQLite walks the whole archive by date to look for a few.

As stored, dates sort as the instants do; only SQLite is asked so.
"""

_ARTICLES = select(
    articles.c.id,
    articles.c.title,
    articles.c.url,
    articles.c.published_at,
    articles.c.section,
    sources.c.name.label("source"),
    articles.c.kicker,
    articles.c.subtitle,
    articles.c.body,
).outerjoin(sources)

_NUMBERED = _ARTICLES.where(articles.c.id.in_(bindparam("ids", expanding=True)))
