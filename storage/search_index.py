"""The full-text index of an archive in SQLite: plain FTS5 that any tool can read.

Every pair of neighbouring characters is a word of the index: 农村信用社 is 农村, 村信, 信用, 用社, and 社 alone
where no letter follows. A question becomes pairs that must all occur. A word of one or two characters is
answered by the index alone, longer ones are looked up in the texts it proposes.

Texts are indexed folded, and also as printed where that differs, so that plain SQL finds what a page prints.
Triggers note in `search_pending` every text that changes, with what the index holds of it, whoever changes
it. `refresh` works that off; until then readers look into these texts themselves.
"""

import json
import re
import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, text

from storage.proposal import Proposal
from storage.question import Either, Every, Question, Without, Word
from storage.variants import fold, respelt

_LETTER = re.compile("[0-9a-z々〆〇㐀-䶿一-鿿𠀀-𲎯]")
"""What FTS5 takes for part of a word for certain, among folded characters. For others the texts are asked."""

_GAP = re.compile(r"[\s!-/:-@\[-`{-~。、“”‘’《》〈〉【】「」『』〔〕…—·・•]+")
"""What FTS5 takes for no part of a word for certain."""

_FIELDS = ("kicker", "title", "subtitle", "body")

# The text itself stays in `articles` alone (content), places in it and lengths nowhere (detail, columnsize):
# of the usual index this leaves a quarter.
_INDEX = """CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(
    pairs, content='', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0")"""

# Fewer and larger pieces, as hundreds of articles are written at once; yet a question reads some whole ones.
_SIZES = {"pgsz": 8_000, "hashsize": 8 * 1024 * 1024}

_PENDING_TABLE = "CREATE TABLE IF NOT EXISTS search_pending (article_id INTEGER PRIMARY KEY, indexed TEXT)"


def _text_of(row: str) -> str:
    return " || char(10) || ".join(f"coalesce({row}{field}, '')" for field in _FIELDS)


def _note(row: str, indexed: str) -> str:
    # Not INSERT OR IGNORE: inside a trigger, the statement that fired it decides about conflicts.
    unnoted = f"NOT EXISTS (SELECT 1 FROM search_pending WHERE article_id = {row}.id)"  # noqa: S608 - old or new
    return f"INSERT INTO search_pending SELECT {row}.id, {indexed} WHERE {unnoted}"


_TRIGGERS = {
    "search_added": f"AFTER INSERT ON articles BEGIN {_note('new', 'NULL')}; END",
    "search_changed": (
        f"AFTER UPDATE OF {', '.join(_FIELDS)} ON articles "
        f"WHEN {_text_of('old.')} IS NOT {_text_of('new.')} BEGIN {_note('old', _text_of('old.'))}; END"
    ),
    "search_removed": f"AFTER DELETE ON articles BEGIN {_note('old', _text_of('old.'))}; END",
}

_BATCH = 500


def make(execute: Callable[[str, tuple[Any, ...]], object]) -> None:
    """Make the index itself, empty, if it is missing."""
    execute(_INDEX, ())
    for name, size in _SIZES.items():
        execute("INSERT INTO search_index(search_index, rank) VALUES (?, ?)", (name, size))


def install(connection: Connection) -> None:
    """Make what is missing of the index; triggers anew, as a migration may have rebuilt their table."""
    make(connection.exec_driver_sql)
    connection.exec_driver_sql(_PENDING_TABLE)
    for name, body in _TRIGGERS.items():
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {body}")


def refresh(connection: Connection) -> None:
    """Bring the index up to date with the texts, in the transaction that changed them."""
    while batch := connection.exec_driver_sql(_PENDING, (_BATCH,)).all():
        held = [(row.article_id, pairs(row.indexed)) for row in batch if row.indexed is not None]
        now = [(row.article_id, pairs(row.text)) for row in batch if row.text is not None]
        _many(connection, "INSERT INTO search_index(search_index, rowid, pairs) VALUES('delete', ?, ?)", held)
        _many(connection, "INSERT INTO search_index(rowid, pairs) VALUES(?, ?)", now)
        done = [(row.article_id,) for row in batch]
        _many(connection, "DELETE FROM search_pending WHERE article_id = ?", done)


_PENDING = (
    f"SELECT article_id, indexed, CASE WHEN articles.id IS NOT NULL THEN {_text_of('articles.')} END AS text "  # noqa: S608 - names of columns
    "FROM search_pending LEFT JOIN articles ON articles.id = article_id LIMIT ?"
)


def rebuild(connection: Connection) -> None:
    """Make the index afresh from the texts."""
    connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES('delete-all')")
    connection.exec_driver_sql("DELETE FROM search_pending")
    connection.exec_driver_sql("INSERT INTO search_pending SELECT id, NULL FROM articles")
    refresh(connection)
    connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES('optimize')")


def propose(connection: Connection, question: Question) -> Proposal:
    """What the index says to a question."""
    asked = expression(question)
    if asked is None:
        return Proposal.everything()
    found, pending = map(json.loads, connection.exec_driver_sql(_FOUND, (asked,)).one())
    ids = frozenset(found).union(pending)
    return Proposal(ids, frozenset(pending) if is_exact(question) else None)


def newest_proposed(
    connection: Connection, question: Question, shown: Select[Any], *, most: int, few: int
) -> Sequence[Row[Any]]:
    """The newest articles among which all answers are, each with `is_sure`; none if they are not few."""
    asked = expression(question)
    if asked is None:
        return []
    asking = {"asked": asked, "exact": is_exact(question), "most": most, "few": few}
    return connection.execute(_newest(shown), asking).all()


def count_proposed(connection: Connection, question: Question) -> int | None:
    """How many articles answer, None if that takes a look at the texts."""
    asked = expression(question)
    if asked is None or not is_exact(question):
        return None
    if connection.exec_driver_sql("SELECT 1 FROM search_pending LIMIT 1").first():
        return None
    return int(connection.exec_driver_sql(_COUNTED, (asked,)).scalar_one())


# In one row: a row for each takes longer to hand over than to find.
_FOUND = (
    "SELECT json_group_array(rowid), (SELECT json_group_array(article_id) FROM search_pending) "
    "FROM search_index WHERE search_index MATCH ?"
)
_NEWEST_FIRST = "coalesce(articles.published_at, '') DESC, articles.id DESC"
"""By what no index has, or SQLite walks the whole archive by date to look for a few."""

_NEWEST = f"""articles.id IN (
    WITH found(id) AS MATERIALIZED (
        SELECT rowid FROM search_index WHERE search_index MATCH :asked
        UNION ALL SELECT article_id FROM search_pending
        LIMIT :few + 1
    )
    SELECT id FROM articles
    WHERE id IN (SELECT id FROM found) AND (SELECT count(*) FROM found) <= :few
    ORDER BY {_NEWEST_FIRST} LIMIT :most
)"""  # noqa: S608 - put together from our own words


_IS_SURE = ":exact AND articles.id NOT IN (SELECT article_id FROM search_pending) AS is_sure"


@cache
def _newest(shown: Select[Any]) -> Select[Any]:
    return shown.add_columns(text(_IS_SURE)).where(text(_NEWEST)).order_by(text(_NEWEST_FIRST))


_COUNTED = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"


def pairs(text: str) -> str:
    """Each letter of a text with the one after it, separated by spaces, as FTS5 is to read them.

    >>> pairs("工会，")
    '工会 会'
    """
    return " ".join(filter(None, (_pairs(fold(text)), *_as_printed(text))))


def expression(question: Question) -> str | None:
    """The FTS5 expression every answer satisfies; None if the index can't narrow the question down."""
    match question:
        case Word(text):
            return _joined(" AND ", list(_asked(text)))
        case Every(parts):
            narrowing = [found for part in parts if (found := expression(part))]
            return _joined(" AND ", narrowing)
        case Either(parts):
            found_all = [expression(part) for part in parts]
            return _joined(" OR ", [found for found in found_all if found]) if all(found_all) else None
        case Without():
            return None


def is_exact(question: Question) -> bool:
    """Whether whatever satisfies the `expression` is an answer, with no look at the text."""
    match question:
        case Word(text):
            return len(text) <= len("两字") and all(map(_LETTER.match, text))
        case Every(parts) | Either(parts):
            return all(map(is_exact, parts))
        case Without():
            return False


def _pairs(text: str) -> str:
    # In arrays of code points, as slicing text pair by pair takes ten times as long.
    characters = array("I", _GAP.sub(" ", text).encode(_CODE_POINTS))
    spaced = array("I", [ord(" ")]) * (3 * len(characters))
    spaced[::3] = characters
    spaced[1:-2:3] = characters[1:]
    return _FIRST_AFTER_GAP.sub("", spaced.tobytes().decode(_CODE_POINTS)).strip()


_CODE_POINTS = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"

_FIRST_AFTER_GAP = re.compile("   .")
"""The pair of a gap and a letter, which says no more than the letter's own pair does."""


def _as_printed(text: str) -> Iterator[str]:
    """The pairs with a character that plain SQL, which knows nothing of folding, would miss."""
    for at in respelt(text):
        yield text[max(0, at - 1) : at + 1]
        yield text[at : at + 2]


def _asked(word: str) -> Iterator[str]:
    """What FTS5 is asked for, so that no text with the word in it is missed."""
    pieces = [word] if len(word) == 1 else [word[at : at + 2] for at in range(len(word) - 1)]
    for piece in filter(_LETTER.search, pieces):
        quoted = '"' + piece.replace('"', '""') + '"'
        # A letter without a neighbour begins a pair, whatever that goes on with.
        yield quoted if len(piece) > 1 and _LETTER.match(piece) else f"{quoted}*"


def _joined(operator: str, parts: list[str]) -> str | None:
    if len(parts) <= 1:
        return parts[0] if parts else None
    return f"({operator.join(parts)})"


def _many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, list(rows))
