"""Texts in much the same words: the index they are found by, and what is known of pairs of them.

The index lives in the archive, so nothing is made anew when a job starts, and a look-up reads a bounded
number of rows however large the archive is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, TextClause, bindparam, or_, select, text

from storage.article import Article
from storage.database import insert_into
from storage.grouping import Tie, TieKind
from storage.models import bands, likenesses, overrulings, revisions

FEWEST_KEYS = 2
"""Keys two texts must share to be compared: one is shared by chance too often in a large archive."""

MOST_HOLDERS = 64
"""Texts looked at under one key, the latest first: a form used for thousands of notices has a full key."""

MOST_COMPARED = 32
"""Texts compared with an article, those first that share the most keys."""

_STRENGTH: dict[TieKind, int] = {"separate": 0, "near": 1, "same": 2}


def enter(connection: Connection, revision_id: int, keys: Sequence[int]) -> None:
    """Let a text be found by its keys."""
    if keys:
        rows = [{"key": key, "revision_id": revision_id} for key in keys]
        connection.execute(_ENTER[connection.dialect.name], rows)


def ties_of(connection: Connection, article: Article) -> list[Tie]:
    """How the article stands to the texts held in much the same words, its own earlier ones aside."""
    if article.fingerprint is None:
        return []
    best: dict[str, Tie] = {}
    for held in _candidates(connection, article):
        likeness = article.fingerprint.compare(held.title, held.body)
        if likeness.verdict != "unlike":
            tie = Tie.between(article.url, held.url, likeness.verdict, likeness.similarity)
            best[held.url] = stronger(best.get(held.url, tie), tie)
    return list(best.values())


def stronger(one: Tie, other: Tie) -> Tie:
    """Of two ties between the same addresses the one that counts: some form of a text was found alike."""
    return max(one, other, key=lambda tie: (_STRENGTH[tie.kind], tie.similarity))


def keep(connection: Connection, ties: Iterable[Tie]) -> None:
    """Remember what was measured, unless more is known already."""
    for tie in ties:
        pair = {"url": tie.url, "other_url": tie.other}
        held = connection.execute(_HELD, pair).first()
        if held is None:
            connection.execute(_KEEP, {**pair, "kind": tie.kind, "similarity": tie.similarity})
        elif stronger(Tie(tie.url, tie.other, held.kind, held.similarity), tie) is tie:
            connection.execute(
                _RENEW, {"at": tie.url, "and_at": tie.other, "now": tie.kind, "by": tie.similarity}
            )


def family(connection: Connection, urls: Collection[str]) -> list[Tie]:
    """Everything known of the addresses and of all that hang together with them."""
    ties: dict[Tie, None] = {}
    known: set[str] = set()
    reached = set(urls)
    while fresh := reached - known:
        known |= fresh
        for tie in _ties_at(connection, fresh):
            ties[tie] = None
            if tie.kind in {"same", "near", "merge"}:
                reached |= {tie.url, tie.other}
    return [tie for tie in ties if {tie.url, tie.other} <= known]


def _ties_at(connection: Connection, urls: Collection[str]) -> Iterator[Tie]:
    for query in _TIES_AT:
        for row in connection.execute(query, {"urls": list(urls)}):
            yield Tie(*row)


def _candidates(connection: Connection, article: Article) -> list[Row[Any]]:
    """The texts to compare an article with, each once however often it is held."""
    keys = article.fingerprint.keys if article.fingerprint else ()
    if not keys:
        return []
    shared = connection.execute(
        _holders(len(keys)), {f"key{i}": key for i, key in enumerate(keys)} | {"url": article.url}
    )
    numbers = [number for (number,) in shared]
    if not numbers:
        return []
    asked = {"numbers": numbers, "url": article.url, "ours": article.content_hash}
    rows: list[Row[Any]] = list(connection.execute(_TEXTS, asked))
    return list({row.content_hash: row for row in reversed(rows)}.values())


@cache
def _holders(count: int) -> TextClause:
    """The query for the texts that share most of so many keys.

    As text, since SQLAlchemy takes longer to put it together than a database to answer it.
    """
    held = (
        "SELECT * FROM (SELECT revision_id FROM bands WHERE key = :key{} ORDER BY revision_id DESC LIMIT {})"
    )
    parts = " UNION ALL ".join(f"{held.format(i, MOST_HOLDERS)} AS holders{i}" for i in range(count))
    return text(
        f"SELECT revision_id FROM ({parts}) AS holders GROUP BY revision_id"  # noqa: S608 - numbers only
        f" HAVING count(*) >= {FEWEST_KEYS} ORDER BY count(*) DESC, revision_id DESC LIMIT {MOST_COMPARED}"
    )


_TEXTS = (
    select(revisions.c.id, revisions.c.url, revisions.c.title, revisions.c.body, revisions.c.content_hash)
    .where(
        revisions.c.id.in_(bindparam("numbers", expanding=True)),
        revisions.c.url != bindparam("url"),
        revisions.c.content_hash != bindparam("ours"),
    )
    .order_by(revisions.c.id)
)

# A text may have one number twice among its keys.
_ENTER = {name: insert_into(name, bands).on_conflict_do_nothing() for name in ("sqlite", "postgresql")}

_HELD = select(likenesses.c.kind, likenesses.c.similarity).where(
    likenesses.c.url == bindparam("url"), likenesses.c.other_url == bindparam("other_url")
)
_KEEP = likenesses.insert()
_RENEW = (
    likenesses.update()
    .where(likenesses.c.url == bindparam("at"), likenesses.c.other_url == bindparam("and_at"))
    .values(kind=bindparam("now"), similarity=bindparam("by"))
)
_URLS: BindParameter[Any] = bindparam("urls", expanding=True)
_TIES_AT = tuple(
    select(table.c.url, table.c.other_url, table.c.kind, table.c.similarity).where(
        or_(table.c.url.in_(_URLS), table.c.other_url.in_(_URLS))
    )
    for table in (likenesses, overrulings)
)
