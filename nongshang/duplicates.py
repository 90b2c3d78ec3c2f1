"""`nongshang why-duplicate`, `split`, `merge`, `dedup`: one story or two, why, and a person's word on it."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection, Row, func, select

from nongshang.archive import (
    DEFAULT_URL,
    LARGEST,
    ArchiveUrl,
    open_for_reading,
    open_for_writing,
)
from nongshang.errors import refuse
from pipelines.fingerprint import LEAST_SHARED, MOST_SHARED, Fingerprint, compare
from storage import overruling, rebuilding
from storage.article import Likeness
from storage.models import articles, copies, overrulings, revisions

_KINDS = {
    "organisation": "机构",
    "place": "地点",
    "person": "人物",
    "name": "名称",
    "number": "数字",
    "date": "日期",
}
_VERDICTS = {
    "same": "one story: the texts are the same",
    "near": "one story: only the wording differs",
    "separate": "two stories: who, where, how much or when differs",
    "short": "two stories: too few words to be told by them, and not the same ones",
    "unlike": f"two stories: neither holds {MOST_SHARED:.0%} of the other, or one less than {LEAST_SHARED:.0%}",
}

_Copy = Row[int, str, str, str, str]

Which = Annotated[str, typer.Argument(metavar="ARTICLE", help="Number of an article, or address of a copy.")]


def why_duplicate(
    one: Which,
    other: Which,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Say whether two articles are one story: the measure, what differs, the verdict, what the archive holds."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        ours, theirs = _copy(connection, one), _copy(connection, other)
        word = connection.scalar(
            select(overrulings.c.kind).where(
                overrulings.c.url == min(ours.url, theirs.url),
                overrulings.c.other_url == max(ours.url, theirs.url),
            )
        )
    one_text, other_text = _fingerprint(ours), _fingerprint(theirs)
    likeness = compare(one_text, other_text, thoroughly=True)
    verdict: str = "same" if ours.content_hash == theirs.content_hash else likeness.verdict
    if verdict == "near" and not (one_text.keys and other_text.keys):
        verdict = "short"
    told = {
        **asdict(likeness),
        "verdict": verdict,
        "overruled": word,
        "one_story": ours.article_id == theirs.article_id,
    }
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for copy in (ours, theirs):
        print(f"{copy.article_id:>7}  {copy.title}\n         {copy.url}")
    _explain(likeness, verdict)
    if word:
        print(f"overruled   a person said: {word}")
    print(f"held as     {'one story' if told['one_story'] else 'two stories'}")


def split(
    url: Annotated[str, typer.Argument(help="Address of the copy to take out of its story.")],
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Take a copy out of its story, whatever the measure says; later runs respect it."""
    with open_for_writing(archive) as opened, opened.transaction() as tx:
        copy = _copy(tx.connection, url)
        if len(overruling.copies_of(tx.connection, copy.url)) == 1:
            refuse(f"{copy.url} is the only copy of its story")
        number = overruling.split(tx.connection, copy.url, datetime.now(UTC))
    print(f"{copy.url} tells article {number} now")


def merge(one: Which, other: Which, archive: ArchiveUrl = DEFAULT_URL) -> None:
    """Take two articles for one story, whatever the measure says; later runs respect it."""
    with open_for_writing(archive) as opened, opened.transaction() as tx:
        ours, theirs = _copy(tx.connection, one), _copy(tx.connection, other)
        if ours.url == theirs.url:
            refuse(f"{one} and {other} are one copy")
        similarity = compare(_fingerprint(ours), _fingerprint(theirs)).similarity
        number = overruling.merge(tx.connection, ours.url, theirs.url, similarity, datetime.now(UTC))
    print(f"{ours.url} and {theirs.url} tell article {number} now")


def dedup(
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Measure and decide everything anew.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Decide again, over the whole archive, which copies tell one story."""
    if not rebuild:
        refuse("say --rebuild to have all copies measured and decided anew")
    with open_for_writing(archive) as opened, opened.transaction() as tx:
        before = _counts(tx.connection)
        rebuilding.rebuild(tx.connection, Fingerprint)
        after = _counts(tx.connection)
    print(f"{after[0]} articles at {after[1]} addresses, before {before[0]} at {before[1]}")


def _copy(connection: Connection, which: str) -> _Copy:
    """The last reading of the copy at an address, or of an article's canonical copy."""
    number = min(int(which), LARGEST) if which.isdecimal() else None
    named = copies.c.url == which if number is None else articles.c.id == number
    query = select(
        copies.c.article_id, copies.c.url, revisions.c.title, revisions.c.body, revisions.c.content_hash
    )
    query = query.join_from(copies, revisions, revisions.c.url == copies.c.url)
    if number is not None:
        query = query.join(articles, articles.c.url == copies.c.url)
    found: _Copy | None = connection.execute(
        query.where(named).order_by(revisions.c.id.desc()).limit(1)
    ).first()
    if found is None:
        refuse(f"the archive holds no article {which}")
    return found


def _fingerprint(copy: _Copy) -> Fingerprint:
    return Fingerprint(copy.title, copy.body)


def _explain(likeness: Likeness, verdict: str) -> None:
    ours, theirs = likeness.shared
    print(f"similarity  {likeness.similarity:.3f}")
    print(
        f"shared      {ours:.0%} of the first stands in the second, {theirs:.0%} of the second in the first"
    )
    for found in likeness.differences:
        print(f"differs     {_KINDS[found.kind]}: {found.ours} / {found.theirs}")
    print(f"verdict     {_VERDICTS[verdict]}")


def _counts(connection: Connection) -> tuple[int, int]:
    return tuple(
        connection.scalar(select(func.count()).select_from(table)) or 0 for table in (articles, copies)
    )  # type: ignore[return-value]
