"""Texts in much the same words: the index they are found by, and what is known of pairs of them.

The index lives in the archive, so nothing is made anew when a job starts, and a look-up reads a bounded
number of rows however large the archive is.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, or_, select

from storage.article import Article
from storage.database import kind_named
from storage.grouping import Tie, TieKind
from storage.models import likenesses, overrulings

FEWEST_KEYS = 2
"""Keys two texts must share to be compared: one is shared by chance too often in a large archive."""

MOST_HOLDERS = 64
"""Texts entered under one key: what so many share is a form, and tells none of them."""

MOST_COMPARED = 32
"""Texts compared with an article, those first that share the most keys."""

_STRENGTH: dict[TieKind, int] = {"separate": 0, "near": 1, "same": 2}


def enter(connection: Connection, revision_id: int, keys: Sequence[int]) -> None:
    """Let a text be found by its keys."""
    if keys:
        entered = {"keys": json.dumps(keys), "revision_id": revision_id, "most_holders": MOST_HOLDERS}
        connection.exec_driver_sql(_spelled(_ENTER, connection.dialect.name), entered)


def likenesses_of(connection: Connection, article: Article) -> list[Tie]:
    """How the article stands to the texts held in much the same words, its own earlier ones aside."""
    if article.fingerprint is None:
        return []
    best: dict[str, Tie] = {}
    for held in alike(connection, article):
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


def rename(connection: Connection, old: str, new: str) -> None:
    """Let what is known of one address hold of another; before the copy at the old one is taken away."""
    for table in (likenesses, overrulings):
        here = or_(table.c.url == old, table.c.other_url == old)
        for row in connection.execute(table.select().where(here)).mappings().all():
            other = row["other_url"] if row["url"] == old else row["url"]
            pair = {"url": min(new, other), "other_url": max(new, other)}
            connection.execute(table.insert().values({**row, **pair}))
        connection.execute(table.delete().where(here))


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


def alike(connection: Connection, article: Article) -> list[Row[Any]]:
    """The texts that share keys with an article, each once however often it is held."""
    keys = article.fingerprint.keys if article.fingerprint else ()
    if not keys:
        return []
    asked = {
        "keys": json.dumps(keys),
        "url": article.url,
        "ours": article.content_hash,
        "fewest_keys": FEWEST_KEYS,
        "most_compared": MOST_COMPARED,
    }
    rows = connection.exec_driver_sql(_spelled(_ALIKE, connection.dialect.name), asked).all()
    return list({row.content_hash: row for row in reversed(rows)}.values())


@cache
def _spelled(sql: str, dialect: str) -> str:
    """The statement as the database and its driver want it."""
    kind = kind_named(dialect)
    for word, its_own in kind.KEY_WORDS.items():
        sql = sql.replace(word, its_own)
    return re.sub(r":(\w+)", kind.PARAMETER, sql)


# For the driver itself, since SQLAlchemy takes as long to put such a statement together as a database to
# answer. The keys of a text come as one parameter, a JSON list.

_ENTER = """
insert_new INTO bands (key, revision_id)
SELECT value, CAST(:revision_id AS INTEGER) FROM each_key
WHERE (SELECT count(*) FROM bands WHERE key = value) < :most_holders
ON CONFLICT DO NOTHING
"""

_ALIKE = """
SELECT revisions.url, revisions.title, revisions.body, revisions.content_hash
FROM (
    SELECT bands.revision_id, count(*) AS shared
    FROM each_key JOIN bands ON bands.key = value
    GROUP BY bands.revision_id HAVING count(*) >= :fewest_keys
    ORDER BY shared DESC, bands.revision_id LIMIT :most_compared
) AS alike JOIN revisions ON revisions.id = alike.revision_id
WHERE revisions.url <> :url AND revisions.content_hash <> :ours
ORDER BY revisions.id
"""

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
