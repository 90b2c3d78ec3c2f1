"""Where an article belongs, and writing it there.

`match` only looks and `file` only writes. Both work on the connection of one transaction, so what was
seen is still true when it is acted on.
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    Update,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    update,
)

from storage import near
from storage.article import Article, Attachment, Contributor, Filing, Provenance
from storage.columns import SITE_TIME, SiteTime
from storage.grouping import Families, Tie
from storage.models import (
    Cause,
    CopyKind,
    articles,
    attachments,
    contributors,
    copies,
    rejections,
    revisions,
    sources,
)
from storage.sources import source_id
from storage.stories import number_of, places, replace_lines, settle

TELLING_LENGTH = 200
"""Characters from which a body alone tells its story. Shorter ones (详见附件, the two lines round a table of
rates) are printed under many titles, and the empty body of every photo story is the same."""


def match(connection: Connection, article: Article) -> Filing:
    """Say where an article belongs: by its address, then by what the site calls it, then by its text."""
    held = connection.execute(_HELD, {"url": article.url}).first()
    if held is not None and held.reading_digest == reading_digest(article):
        return Filing(article, "unchanged", held.article_id)
    ties = ties_of(connection, article)
    if held is not None:
        return Filing(article, "revision", held.article_id, ties=ties)
    return _among_stories(connection, article, ties)


def file(
    connection: Connection,
    filing: Filing,
    *,
    run_id: int | None,
    capture_id: int | None = None,
    cause: Cause = "site",
) -> int:
    """Write an article where `match` says it belongs; returns the number of its story."""
    article = filing.article
    if filing.kind == "unchanged":
        article_id = _story_of(filing)
    else:
        article_id = _put(connection, filing, capture_id, cause)
        origin = {"run_id": run_id, "capture_id": capture_id, "cause": cause}
        revision_id = _add_revision(connection, article, article_id, origin)
        near.enter(connection, revision_id, article.fingerprint.keys if article.fingerprint else ())
        near.keep(connection, _grounds(connection, filing))
    if filing.kind != "new":
        touch(connection, article.url, article.fetched_at)
    connection.execute(_RESOLVE, {"at_url": article.url, "resolved_at": article.fetched_at})
    binding = any(tie.kind != "separate" for tie in filing.ties)
    if filing.kind != "revision" and not binding:
        return article_id
    settle(connection, [article.url])
    number: int = connection.execute(_HELD, {"url": article.url}).one().article_id
    return number


def _grounds(connection: Connection, filing: Filing) -> tuple[Tie, ...]:
    """What was measured; of a copy filed by hand the word of who filed it."""
    if filing.ties or filing.kind not in {"same", "near"}:
        return filing.ties
    at = connection.scalar(select(articles.c.url).where(articles.c.id == filing.article_id))
    return (Tie.between(filing.article.url, str(at), filing.kind, filing.similarity),)


def touch(connection: Connection, url: str, seen_at: datetime) -> None:
    """Note that an address, and with it its story, was found where it was; what had gone is back."""
    was_gone = connection.scalar(_GONE_AT, {"at_url": url})
    for statement in _TOUCH:
        connection.execute(statement, {"at_url": url, "seen": seen_at})
    if was_gone:
        settle(connection, [url])


def gone(connection: Connection, url: str, at: datetime) -> None:
    """Note that an address answers no more; the story has gone when none of its addresses answers."""
    for statement in _GONE:
        connection.execute(statement, {"at_url": url, "gone_at": at})
    settle(connection, [url])


def move(connection: Connection, old: str, new: str, at: datetime) -> None:
    """Note that the site moved a page for good.

    The copy goes along to an address not held yet. One that is held already keeps what was read there:
    it speaks for the story from now on, and the old one is gone.
    """
    held = {copy.url for copy in places(connection, [old, new])}
    if old not in held:
        return
    if new in held:
        gone(connection, old, at)
        return
    connection.execute(_COPY_TO, {"at_url": old, "new": new})
    near.rename(connection, old, new)
    connection.execute(update(revisions).where(revisions.c.url == old).values(url=new))
    connection.execute(delete(copies).where(copies.c.url == old))
    connection.execute(update(articles).where(articles.c.url == old).values(url=new))


def stored_article(connection: Connection, article_id: int) -> Article:
    """The story as its canonical copy was last read; `LookupError` if there is none of that number."""
    last_read = (
        select(func.max(revisions.c.seen_at)).where(revisions.c.url == articles.c.url).scalar_subquery()
    )
    row = connection.execute(
        select(articles, sources.c.name.label("source"), last_read.label("fetched_at"))
        .outerjoin(sources)
        .where(articles.c.id == article_id)
    ).first()
    if row is None:
        raise LookupError(f"there is no article {article_id}")
    return Article(
        **{name: getattr(row, name) for name in _PLAIN_FIELDS},
        fetched_at=row.fetched_at,
        source=row.source,
        identity=split_identity(row.identity),
        contributors=tuple(Contributor(**line) for line in _lines(connection, contributors, article_id)),
        attachments=tuple(Attachment(**line) for line in _lines(connection, attachments, article_id)),
        provenance={field: Provenance(**told) for field, told in row.provenance.items()},
    )


def reading_digest(article: Article) -> str:
    """A digest of all a reader would notice.

    The byline as printed stays out: it often carries a hit counter, and its facts are in other fields.
    """
    told = [
        article.section,
        article.kicker,
        article.title,
        article.subtitle,
        *(at and at.astimezone(SITE_TIME).isoformat() for at in (article.published_at, article.modified_at)),
        article.published_precision,
        article.published_raw,
        article.source,
        article.source_raw,
        article.body,
        _contributor_rows(article),
        [asdict(attachment) for attachment in article.attachments],
        article.partial,
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


_READING_FIELDS = (
    "section",
    "kicker",
    "title",
    "subtitle",
    "published_at",
    "published_precision",
    "published_raw",
    "modified_at",
    "source_raw",
    "byline_raw",
    "body",
    "content_hash",
    "partial",
    "own",
    "rule_version",
)
"""Stored alike in `articles` and `revisions`."""

_PLAIN_FIELDS = ("site", "url", *_READING_FIELDS)


def ties_of(connection: Connection, article: Article) -> tuple[Tie, ...]:
    """What is known of the article and the texts held: the same by number or by text, near, or misleadingly so."""
    same = {*_same_by_identity(connection, article), *_same_by_text(connection, article)}
    alike = near.likenesses_of(connection, article)
    return (
        *(Tie.between(article.url, url, "same") for url in sorted(same)),
        *(tie for tie in alike if same.isdisjoint({tie.url, tie.other})),
    )


def _among_stories(connection: Connection, article: Article, ties: tuple[Tie, ...]) -> Filing:
    """The story the article belongs to by what is known of all the texts that hang together with it."""
    others = {tie.other if tie.url == article.url else tie.url for tie in ties if tie.kind != "separate"}
    if not others:
        return Filing(article, "new", ties=ties)
    families = Families([*near.family(connection, others), *ties])
    story = places(connection, families.story_of(article.url))
    number = number_of(story)
    if number is None:
        return Filing(article, "new", ties=ties)
    canonical = next(copy.url for copy in story if copy.kind == "canonical" and copy.article_id == number)
    kind, similarity = families.to(article.url, canonical)
    return Filing(article, kind, number, similarity, ties)


def _same_by_identity(connection: Connection, article: Article) -> list[str]:
    """The copies the site calls the same that have the title or the text in common.

    The site's word alone won't do: a template that prints one fixed number would swallow every story.
    """
    if article.identity is None:
        return []
    named = {"site": article.site, "identity": _join_identity(article.identity), "url": article.url}
    told = {"title": article.title, "content_hash": _telling_hash(article)}
    return list(connection.scalars(_BY_IDENTITY, named | told))


def _same_by_text(connection: Connection, article: Article) -> list[str]:
    """The copy that had this very text first, now or before it was edited."""
    said = {"content_hash": article.content_hash, "url": article.url}
    if _telling_hash(article):
        return list(connection.scalars(_BY_TEXT.limit(1), said))
    ours = _attachment_urls(_attachment_rows(article))
    namesakes = connection.execute(_BY_TEXT_AND_TITLE, said | {"title": article.title})
    return [row.url for row in namesakes if _attachment_urls(row.attachments) == ours][:1]


def _telling_hash(article: Article) -> str | None:
    return article.content_hash if article.char_count >= TELLING_LENGTH else None


def _put(connection: Connection, filing: Filing, capture_id: int | None, cause: Cause) -> int:
    """Write the article at its address, and the story where it is told there."""
    article = filing.article
    match filing.kind:
        case "new":
            article_id = _add_story(connection, article, capture_id)
            _add_copy(connection, article, article_id, "canonical", filing.similarity)
        case "same" | "near" as kind:
            article_id = _story_of(filing)
            _add_copy(connection, article, article_id, kind, filing.similarity)
        case _:
            article_id = _story_of(filing)
            if _change_copy(connection, article) == "canonical":
                _change_story(connection, article, article_id, capture_id, cause)
    return article_id


def _story_of(filing: Filing) -> int:
    if filing.article_id is None:
        raise ValueError(f"a filing of kind {filing.kind} needs the number of its story")
    return filing.article_id


def _add_story(connection: Connection, article: Article, capture_id: int | None) -> int:
    row = _story_row(connection, article, capture_id) | {
        "site": article.site,
        "url": article.url,
        "first_seen_at": article.fetched_at,
        "last_seen_at": article.fetched_at,
    }
    article_id: int = connection.execute(_ADD_STORY, row).scalar_one()
    replace_lines(connection, article_id, _contributor_rows(article), _attachment_rows(article))
    return article_id


def _change_copy(connection: Connection, article: Article) -> CopyKind:
    changed = {
        "identity": article.identity and _join_identity(article.identity),
        "section": article.section,
        "title": article.title,
        "reading_digest": reading_digest(article),
    }
    kind: CopyKind = connection.execute(_CHANGE_COPY, {"at_url": article.url, **changed}).scalar_one()
    return kind


def _change_story(
    connection: Connection, article: Article, article_id: int, capture_id: int | None, cause: Cause
) -> None:
    """Write the new reading over the old one.

    Where a page has lost a fact it used to state, what was good stays: a skin that broke overnight looks just
    like that, and the revision tells what was read. A better rule replaces all of it.
    """
    story = _story_row(connection, article, capture_id)
    held = connection.execute(select(articles).where(articles.c.id == article_id)).mappings().one()
    if cause == "site" and _has_lost_a_fact(connection, held, article):
        story = _stated(story) | {"provenance": {**held["provenance"], **story["provenance"]}}
        article = _with_kept_lines(connection, article, article_id)
    connection.execute(update(articles).where(articles.c.id == article_id).values(story))
    replace_lines(connection, article_id, _contributor_rows(article), _attachment_rows(article))


_FACTS = ("section", "published_raw", "source_raw", "byline_raw", "body")
"""What every page of a skin states; a kicker or a picture may well be taken out by an editor."""


def _has_lost_a_fact(connection: Connection, held: RowMapping, article: Article) -> bool:
    if any(held[name] and not getattr(article, name) for name in _FACTS):
        return True
    return _has_lost_people(connection, held["id"], article)


def _has_lost_people(connection: Connection, article_id: int, article: Article) -> bool:
    """Whether some are credited no more and nobody in their place: the label they stood behind is not read."""
    credited = {(line["name"], line["role"]) for line in _lines(connection, contributors, article_id)}
    return {(person.name, person.role) for person in article.contributors} < credited


def _with_kept_lines(connection: Connection, article: Article, article_id: int) -> Article:
    """The article with the people and attachments held, where the page has lost them."""
    people, files = article.contributors, article.attachments
    if _has_lost_people(connection, article_id, article):
        people = tuple(Contributor(**line) for line in _lines(connection, contributors, article_id))
    if not files:
        files = tuple(Attachment(**line) for line in _lines(connection, attachments, article_id))
    return replace(article, contributors=people, attachments=files)


_STATED_TOGETHER = {
    "published_raw": ("published_at", "published_precision"),
    "source_raw": ("source_id",),
    "body": ("content_hash", "char_count"),
}
"""Columns that say one thing: without the first the others are of no use."""


def _stated(row: dict[str, Any]) -> dict[str, Any]:
    """The columns that have a value."""
    blank = {name for name, value in row.items() if value is None or value == ""}
    blank.update(*(_STATED_TOGETHER.get(name, ()) for name in blank))
    return {name: value for name, value in row.items() if name not in blank}


def _add_copy(
    connection: Connection, article: Article, article_id: int, kind: CopyKind, similarity: float
) -> None:
    row = {
        "url": article.url,
        "article_id": article_id,
        "site": article.site,
        "identity": article.identity and _join_identity(article.identity),
        "section": article.section,
        "title": article.title,
        "kind": kind,
        "similarity": similarity,
        "reading_digest": reading_digest(article),
        "first_seen_at": article.fetched_at,
        "last_seen_at": article.fetched_at,
    }
    connection.execute(_ADD_COPY, row)


def _add_revision(connection: Connection, article: Article, article_id: int, origin: dict[str, Any]) -> int:
    whole = {
        "article_id": article_id,
        "url": article.url,
        "seen_at": article.fetched_at,
        "source": article.source,
        "contributors": _contributor_rows(article),
        "attachments": _attachment_rows(article),
    }
    row = _reading_row(article) | whole | origin
    revision_id: int = connection.execute(_ADD_REVISION, row).scalar_one()
    return revision_id


def _reading_row(article: Article) -> dict[str, Any]:
    row = {name: getattr(article, name) for name in _READING_FIELDS}
    row["provenance"] = {field: told._asdict() for field, told in article.provenance.items()}
    return row


def _story_row(connection: Connection, article: Article, capture_id: int | None) -> dict[str, Any]:
    return _reading_row(article) | {
        "capture_id": capture_id,
        "identity": article.identity and _join_identity(article.identity),
        "source_id": source_id(connection, article.source, article.source_raw),
        "char_count": article.char_count,
    }


def _contributor_rows(article: Article) -> list[dict[str, Any]]:
    return [person._asdict() for person in article.contributors]


def _attachment_rows(article: Article) -> list[dict[str, Any]]:
    return [asdict(attachment) for attachment in article.attachments]


def _attachment_urls(rows: list[dict[str, Any]]) -> set[str]:
    return {row["url"] for row in rows}


def _lines(connection: Connection, table: Table, article_id: int) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name not in {"article_id", "position"}]
    query = select(*columns).where(table.c.article_id == article_id).order_by(table.c.position)
    return [dict(row) for row in connection.execute(query).mappings()]


def _join_identity(identity: tuple[str, str]) -> str:
    return "/".join(identity)


def split_identity(stored: str | None) -> tuple[str, str] | None:
    """(classid, id) of the text they are stored as."""
    if stored is None:
        return None
    classid, _, number = stored.partition("/")
    return classid, number


# Statements are built once: building one takes SQLAlchemy longer than running it.

_HELD = select(copies.c.article_id, copies.c.reading_digest).where(copies.c.url == bindparam("url"))

_COPY_TO = copies.insert().from_select(
    [column.name for column in copies.c],
    select(*(bindparam("new").label("url") if column.name == "url" else column for column in copies.c)).where(
        copies.c.url == bindparam("at_url")
    ),
)

_BY_IDENTITY = (
    select(copies.c.url)
    .where(
        copies.c.site == bindparam("site"),
        copies.c.identity == bindparam("identity"),
        copies.c.url != bindparam("url"),
        or_(
            copies.c.title == bindparam("title"),
            exists().where(
                revisions.c.url == copies.c.url, revisions.c.content_hash == bindparam("content_hash")
            ),
        ),
    )
    .order_by(copies.c.url)
)

_BY_TEXT = (
    select(revisions.c.url, revisions.c.attachments)
    .where(revisions.c.content_hash == bindparam("content_hash"), revisions.c.url != bindparam("url"))
    .order_by(revisions.c.id)
)

_BY_TEXT_AND_TITLE = _BY_TEXT.where(revisions.c.title == bindparam("title"))

_AT_URL = copies.c.url == bindparam("at_url")

_IS_STORY = articles.c.id == select(copies.c.article_id).where(_AT_URL).scalar_subquery()

_ADD_STORY = articles.insert().returning(articles.c.id)
_ADD_COPY = copies.insert()
_ADD_REVISION = revisions.insert().returning(revisions.c.id)
_GONE_AT = select(copies.c.gone_at).where(_AT_URL)
_CHANGE_COPY = update(copies).where(_AT_URL).returning(copies.c.kind)

_RESOLVE = update(rejections).where(
    rejections.c.url == bindparam("at_url"), rejections.c.resolved_at.is_(None)
)


def _touching(table: Table, row: ColumnElement[bool]) -> Update:
    # Pages kept earlier may be read later, so a sighting need not be the newest.
    seen = bindparam("seen", type_=SiteTime)
    return (
        update(table)
        .where(row)
        .values(
            first_seen_at=case((table.c.first_seen_at > seen, seen), else_=table.c.first_seen_at),
            last_seen_at=case((table.c.last_seen_at < seen, seen), else_=table.c.last_seen_at),
            gone_at=case((table.c.gone_at < seen, null()), else_=table.c.gone_at),
        )
    )


_TOUCH = (_touching(copies, _AT_URL), _touching(articles, _IS_STORY))

_STILL_THERE = exists().where(copies.c.article_id == articles.c.id, copies.c.gone_at.is_(None))

_GONE = (
    update(copies).where(_AT_URL, copies.c.gone_at.is_(None)),
    update(articles).where(_IS_STORY, articles.c.gone_at.is_(None), ~_STILL_THERE),
)
