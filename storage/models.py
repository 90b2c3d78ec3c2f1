"""The tables of the archive. The migrations make them; a test holds the two together.

Tables and columns are the contract with everybody who queries the archive: a change here comes with a
migration, a line in the changelog and, where it shows, a change of `views.sql`.
"""

from typing import Any, Literal, get_args

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
)

from storage.article import Precision, Role
from storage.columns import PrintedText, SiteTime, Structure

CopyKind = Literal["canonical", "same", "near"]
"""What an address is to its story: the one it is quoted by, one with the same text, one lightly edited."""

Cause = Literal["site", "rule"]
"""Why a revision came about: the site changed its page, or we changed how we read it."""

LikenessKind = Literal["same", "near", "separate"]
"""How the texts at two addresses were found to stand to each other."""

OverrulingKind = Literal["merge", "split"]
"""A person's word on it."""

LedgerKind = Literal["list", "article", "part"]

EndState = Literal[
    "stored", "unchanged", "copy", "gone", "refused", "failed", "offsite", "redirected", "skipped"
]
"""How a URL can end. `failed` was tried often enough, `skipped` was left out by rule."""

LedgerState = Literal["queued", EndState]

Verdict = Literal["healthy", "amber", "red"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, words: Any) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in get_args(words))
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _text(name: str) -> Column[str]:
    return Column(name, PrintedText, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, PrintedText)


def _reading() -> list[Column[Any]]:
    """The columns of one reading of a page, alike in `articles` and in `revisions`."""
    return [
        _maybe("section"),
        _maybe("kicker"),
        _text("title"),
        _maybe("subtitle"),
        Column("published_at", SiteTime),
        _maybe("published_precision"),
        _maybe("published_raw"),
        Column("modified_at", SiteTime),
        _maybe("source_raw"),
        _maybe("byline_raw"),
        _text("body"),
        _text("content_hash"),
        Column("partial", Boolean(create_constraint=False), nullable=False),
        Column("own", Boolean(create_constraint=False), nullable=False),
        Column("provenance", Structure, nullable=False),
        Column("capture_id", ForeignKey("captures.id")),
        _text("rule_version"),
    ]


runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("spider"),
    _text("mode"),
    _maybe("base_url"),
    Column("started_at", SiteTime, nullable=False),
    Column("finished_at", SiteTime),
    _maybe("outcome"),
    Column("exit_code", Integer),
    _maybe("stop_reason"),
    # What it was asked beyond the mode; a run asked the same goes on where one that was cut off stood.
    Column("arguments", Structure, nullable=False),
    # The first run of the crawl this one goes on with, its own number where it begins anew.
    Column("round", Integer),
    Column("complete", Boolean(create_constraint=False), nullable=False),
    Column("stats", Structure, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("verdict"),
    _text("finding"),
    _maybe("old"),
    _maybe("new"),
    _maybe("sample_url"),
    _maybe("subject"),
    _one_of("verdict", Verdict),
)

captures = Table(
    "captures",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("url"),
    Column("fetched_at", SiteTime, nullable=False),
    Column("status", Integer, nullable=False),
    _text("digest"),
    _text("payload_digest"),
    # The capture that holds the body, where this one had the same.
    Column("original_id", ForeignKey("captures.id")),
    _text("warc_file"),
    Column("warc_offset", BigInteger, nullable=False),
    Column("warc_length", BigInteger, nullable=False),
    Column("run_id", ForeignKey("runs.id")),
    Index(None, "url"),
)

warc_files = Table(
    "warc_files",
    metadata,
    # Entered when a file is finished: a digest of the whole finds damage outside the responses too.
    Column("name", PrintedText, primary_key=True),
    Column("length", BigInteger, nullable=False),
    _text("digest"),
    Column("run_id", ForeignKey("runs.id")),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", PrintedText, nullable=False, unique=True),
)

source_aliases = Table(
    "source_aliases",
    metadata,
    Column("alias", PrintedText, primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False),
    Index(None, "source_id"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("site"),
    Column("url", PrintedText, nullable=False, unique=True),
    _maybe("identity"),
    *_reading(),
    Column("source_id", ForeignKey("sources.id")),
    Column("char_count", Integer, nullable=False),
    Column("first_seen_at", SiteTime, nullable=False),
    Column("last_seen_at", SiteTime, nullable=False),
    Column("gone_at", SiteTime),
    _one_of("published_precision", Precision),
    Index(None, "published_at"),
    Index(None, "source_id"),
)

contributors = Table(
    "contributors",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("name"),
    _text("role"),
    _maybe("label"),
    _maybe("affiliation"),
    _one_of("role", Role),
    Index(None, "name"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("article_id", ForeignKey("articles.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("url"),
    _maybe("text"),
    _one_of("kind", Literal["image", "file"]),
)

copies = Table(
    "copies",
    metadata,
    Column("url", PrintedText, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    # Of the address and not of the story, as the story may be told by another copy tomorrow.
    _text("site"),
    _maybe("identity"),
    _maybe("section"),
    _text("title"),
    _text("kind"),
    Column("similarity", Float, nullable=False),
    # What the page said when last read, to tell a changed page from an unchanged one by one look-up.
    _text("reading_digest"),
    Column("first_seen_at", SiteTime, nullable=False),
    Column("last_seen_at", SiteTime, nullable=False),
    Column("gone_at", SiteTime),
    _one_of("kind", CopyKind),
    Index(None, "article_id"),
    Index(None, "site", "identity"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id"), nullable=False),
    Column("url", ForeignKey("copies.url"), nullable=False),
    Column("seen_at", SiteTime, nullable=False),
    _text("cause"),
    *_reading(),
    # A revision is whole in its one row: people and attachments of `articles` change under it.
    _maybe("source"),
    Column("contributors", Structure, nullable=False),
    Column("attachments", Structure, nullable=False),
    Column("run_id", ForeignKey("runs.id")),
    _one_of("cause", Cause),
    _one_of("published_precision", Precision),
    Index(None, "article_id"),
    Index(None, "url"),
    Index(None, "content_hash"),
    Index(None, "run_id"),
)

bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    # No foreign key: some fifty rows a text would be checked one by one, and a row left behind harms nobody.
    Column("revision_id", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)


def _pair() -> list[Column[Any]]:
    """Two addresses, the lesser first."""
    return [
        Column(name, ForeignKey("copies.url", ondelete="CASCADE"), primary_key=True)
        for name in ("url", "other_url")
    ]


likenesses = Table(
    "likenesses",
    metadata,
    *_pair(),
    _text("kind"),
    Column("similarity", Float, nullable=False),
    _one_of("kind", LikenessKind),
    Index(None, "other_url"),
)

overrulings = Table(
    "overrulings",
    metadata,
    *_pair(),
    _text("kind"),
    Column("similarity", Float, nullable=False),
    Column("decided_at", SiteTime, nullable=False),
    _one_of("kind", OverrulingKind),
    Index(None, "other_url"),
)

ledger = Table(
    "ledger",
    metadata,
    # Discovery order: the clock may jump back, the number can't.
    Column("id", Integer, primary_key=True),
    Column("url", PrintedText, nullable=False, unique=True),
    _text("kind"),
    _text("state"),
    _maybe("reason"),
    Column("discovered_at", SiteTime, nullable=False),
    _maybe("found_on"),
    # What the list entry printed, for the dates and titles a page itself leaves out.
    _maybe("title"),
    _maybe("listed_date"),
    Column("rank", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # A queued URL is not fetched before, an ended one is checked again from then on.
    Column("next_at", SiteTime),
    # When what stands there last changed: the longer ago, the seldomer it is checked.
    Column("changed_at", SiteTime),
    _maybe("lease_owner"),
    Column("lease_until", SiteTime),
    _maybe("etag"),
    _maybe("last_modified"),
    # The run that found it, and the one that dealt with it last.
    Column("discovered_in", ForeignKey("runs.id")),
    Column("run_id", ForeignKey("runs.id")),
    _one_of("kind", LedgerKind),
    _one_of("state", LedgerState),
    # In the order they are asked for, so that the next one is found at once among a million.
    Index(None, "state", "rank", "id"),
    Index(None, "next_at"),
)

rejections = Table(
    "rejections",
    metadata,
    Column("url", PrintedText, primary_key=True),
    _text("stage"),
    _text("reason"),
    _text("detail"),
    Column("seen_at", SiteTime, nullable=False),
    Column("run_id", ForeignKey("runs.id")),
    Column("capture_id", ForeignKey("captures.id")),
    Column("resolved_at", SiteTime),
    Index(None, "reason"),
)

# Tombstones: what was taken out at somebody's request, and must not come back.
removals = Table(
    "removals",
    metadata,
    Column("url", PrintedText, primary_key=True),
    Column("content_hash", PrintedText, primary_key=True),
    Column("removed_at", SiteTime, nullable=False),
    _text("why"),
    Index(None, "content_hash"),
)
