"""The first tables.

Written out in full, though `storage.models` says the same today: a migration has to make tomorrow what it
makes now.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import SchemaItem

from storage.columns import SiteTime, Structure

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them, those first that others point to."""
    _make_runs()
    _make_sources()
    _make_captures()
    _make_warc_files()
    _make_findings()
    _make_ledger()
    _make_source_aliases()
    _make_articles()
    _make_rejections()
    _make_attachments()
    _make_contributors()
    _make_copies()
    _make_revisions()
    _make_bands()
    _make_likenesses()
    _make_overrulings()
    _make_removals()


def _make_runs() -> None:
    op.create_table(
        "runs",
        Column("id", Integer, nullable=False),
        Column("spider", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("base_url", Text),
        Column("started_at", SiteTime, nullable=False),
        Column("finished_at", SiteTime),
        Column("outcome", Text),
        Column("exit_code", Integer),
        Column("stop_reason", Text),
        Column("arguments", Structure, nullable=False),
        Column("round", Integer),
        Column("complete", Boolean, nullable=False),
        Column("stats", Structure, nullable=False),
        PrimaryKeyConstraint("id", name="pk_runs"),
    )


def _make_sources() -> None:
    op.create_table(
        "sources",
        Column("id", Integer, nullable=False),
        Column("name", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_sources"),
        UniqueConstraint("name", name="uq_sources_name"),
    )


def _make_captures() -> None:
    op.create_table(
        "captures",
        Column("id", Integer, nullable=False),
        Column("url", Text, nullable=False),
        Column("fetched_at", SiteTime, nullable=False),
        Column("status", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("payload_digest", Text, nullable=False),
        Column("original_id", Integer),
        Column("warc_file", Text, nullable=False),
        Column("warc_offset", BigInteger, nullable=False),
        Column("warc_length", BigInteger, nullable=False),
        Column("run_id", Integer),
        ForeignKeyConstraint(["original_id"], ["captures.id"], name="fk_captures_original_id"),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_captures_run_id"),
        PrimaryKeyConstraint("id", name="pk_captures"),
    )
    op.create_index("ix_captures_url", "captures", ["url"])


def _make_warc_files() -> None:
    op.create_table(
        "warc_files",
        Column("name", Text, nullable=False),
        Column("length", BigInteger, nullable=False),
        Column("digest", Text, nullable=False),
        Column("run_id", Integer),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_warc_files_run_id"),
        PrimaryKeyConstraint("name", name="pk_warc_files"),
    )


def _make_findings() -> None:
    op.create_table(
        "findings",
        Column("run_id", Integer, nullable=False),
        Column("position", Integer, autoincrement=False, nullable=False),
        Column("verdict", Text, nullable=False),
        Column("finding", Text, nullable=False),
        Column("old", Text),
        Column("new", Text),
        Column("sample_url", Text),
        Column("subject", Text),
        CheckConstraint("verdict IN ('healthy', 'amber', 'red')", name="ck_findings_verdict"),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_findings_run_id"),
        PrimaryKeyConstraint("run_id", "position", name="pk_findings"),
    )


def _make_ledger() -> None:
    op.create_table(
        "ledger",
        Column("id", Integer, nullable=False),
        Column("url", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("reason", Text),
        Column("discovered_at", SiteTime, nullable=False),
        Column("found_on", Text),
        Column("title", Text),
        Column("listed_date", Text),
        Column("rank", Integer, nullable=False),
        Column("depth", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_at", SiteTime),
        Column("changed_at", SiteTime),
        Column("lease_owner", Text),
        Column("lease_until", SiteTime),
        Column("etag", Text),
        Column("last_modified", Text),
        Column("discovered_in", Integer),
        Column("run_id", Integer),
        CheckConstraint("kind IN ('list', 'article', 'part')", name="ck_ledger_kind"),
        CheckConstraint(
            "state IN ('queued', 'stored', 'unchanged', 'copy', 'gone', 'refused', 'failed', 'offsite', "
            "'redirected', 'skipped')",
            name="ck_ledger_state",
        ),
        ForeignKeyConstraint(["discovered_in"], ["runs.id"], name="fk_ledger_discovered_in"),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_ledger_run_id"),
        PrimaryKeyConstraint("id", name="pk_ledger"),
        UniqueConstraint("url", name="uq_ledger_url"),
    )
    op.create_index("ix_ledger_state_rank_id", "ledger", ["state", "rank", "id"])
    op.create_index("ix_ledger_next_at", "ledger", ["next_at"])


def _make_source_aliases() -> None:
    op.create_table(
        "source_aliases",
        Column("alias", Text, nullable=False),
        Column("source_id", Integer, nullable=False),
        ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_source_aliases_source_id"),
        PrimaryKeyConstraint("alias", name="pk_source_aliases"),
    )
    op.create_index("ix_source_aliases_source_id", "source_aliases", ["source_id"])


def _make_articles() -> None:
    op.create_table(
        "articles",
        Column("id", Integer, nullable=False),
        Column("site", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("identity", Text),
        Column("section", Text),
        Column("kicker", Text),
        Column("title", Text, nullable=False),
        Column("subtitle", Text),
        Column("published_at", SiteTime),
        Column("published_precision", Text),
        Column("published_raw", Text),
        Column("modified_at", SiteTime),
        Column("source_raw", Text),
        Column("byline_raw", Text),
        Column("body", Text, nullable=False),
        Column("content_hash", Text, nullable=False),
        Column("partial", Boolean, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("provenance", Structure, nullable=False),
        Column("capture_id", Integer),
        Column("rule_version", Text, nullable=False),
        Column("source_id", Integer),
        Column("char_count", Integer, nullable=False),
        Column("first_seen_at", SiteTime, nullable=False),
        Column("last_seen_at", SiteTime, nullable=False),
        Column("gone_at", SiteTime),
        CheckConstraint(
            "published_precision IN ('day', 'minute', 'second')", name="ck_articles_published_precision"
        ),
        ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_articles_capture_id"),
        ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        PrimaryKeyConstraint("id", name="pk_articles"),
        UniqueConstraint("url", name="uq_articles_url"),
    )
    op.create_index("ix_articles_published_at", "articles", ["published_at"])
    op.create_index("ix_articles_source_id", "articles", ["source_id"])


def _make_rejections() -> None:
    op.create_table(
        "rejections",
        Column("url", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("seen_at", SiteTime, nullable=False),
        Column("run_id", Integer),
        Column("capture_id", Integer),
        Column("resolved_at", SiteTime),
        ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_rejections_capture_id"),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_rejections_run_id"),
        PrimaryKeyConstraint("url", name="pk_rejections"),
    )
    op.create_index("ix_rejections_reason", "rejections", ["reason"])


def _make_attachments() -> None:
    op.create_table(
        "attachments",
        Column("article_id", Integer, nullable=False),
        Column("position", Integer, autoincrement=False, nullable=False),
        Column("kind", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("text", Text),
        CheckConstraint("kind IN ('image', 'file')", name="ck_attachments_kind"),
        ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_attachments_article_id"),
        PrimaryKeyConstraint("article_id", "position", name="pk_attachments"),
    )


def _make_contributors() -> None:
    op.create_table(
        "contributors",
        Column("article_id", Integer, nullable=False),
        Column("position", Integer, autoincrement=False, nullable=False),
        Column("name", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("label", Text),
        Column("affiliation", Text),
        CheckConstraint(
            "role IN ('author', 'reporter', 'correspondent', 'photographer', 'editor')",
            name="ck_contributors_role",
        ),
        ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_contributors_article_id"),
        PrimaryKeyConstraint("article_id", "position", name="pk_contributors"),
    )
    op.create_index("ix_contributors_name", "contributors", ["name"])


def _make_copies() -> None:
    op.create_table(
        "copies",
        Column("url", Text, nullable=False),
        Column("article_id", Integer, nullable=False),
        Column("site", Text, nullable=False),
        Column("identity", Text),
        Column("section", Text),
        Column("title", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("similarity", Float, nullable=False),
        Column("reading_digest", Text, nullable=False),
        Column("first_seen_at", SiteTime, nullable=False),
        Column("last_seen_at", SiteTime, nullable=False),
        Column("gone_at", SiteTime),
        CheckConstraint("kind IN ('canonical', 'same', 'near')", name="ck_copies_kind"),
        ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_copies_article_id"),
        PrimaryKeyConstraint("url", name="pk_copies"),
    )
    op.create_index("ix_copies_article_id", "copies", ["article_id"])
    op.create_index("ix_copies_site_identity", "copies", ["site", "identity"])


def _make_revisions() -> None:
    op.create_table(
        "revisions",
        Column("id", Integer, nullable=False),
        Column("article_id", Integer, nullable=False),
        Column("url", Text, nullable=False),
        Column("seen_at", SiteTime, nullable=False),
        Column("cause", Text, nullable=False),
        Column("section", Text),
        Column("kicker", Text),
        Column("title", Text, nullable=False),
        Column("subtitle", Text),
        Column("published_at", SiteTime),
        Column("published_precision", Text),
        Column("published_raw", Text),
        Column("modified_at", SiteTime),
        Column("source_raw", Text),
        Column("byline_raw", Text),
        Column("body", Text, nullable=False),
        Column("content_hash", Text, nullable=False),
        Column("partial", Boolean, nullable=False),
        Column("own", Boolean, nullable=False),
        Column("provenance", Structure, nullable=False),
        Column("capture_id", Integer),
        Column("rule_version", Text, nullable=False),
        Column("source", Text),
        Column("contributors", Structure, nullable=False),
        Column("attachments", Structure, nullable=False),
        Column("run_id", Integer),
        CheckConstraint("cause IN ('site', 'rule')", name="ck_revisions_cause"),
        CheckConstraint(
            "published_precision IN ('day', 'minute', 'second')", name="ck_revisions_published_precision"
        ),
        ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_revisions_article_id"),
        ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_revisions_capture_id"),
        ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_revisions_run_id"),
        ForeignKeyConstraint(["url"], ["copies.url"], name="fk_revisions_url"),
        PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_index("ix_revisions_article_id", "revisions", ["article_id"])
    op.create_index("ix_revisions_content_hash", "revisions", ["content_hash"])
    op.create_index("ix_revisions_run_id", "revisions", ["run_id"])
    op.create_index("ix_revisions_url", "revisions", ["url"])


def _make_bands() -> None:
    op.create_table(
        "bands",
        Column("key", BigInteger, autoincrement=False, nullable=False),
        Column("revision_id", Integer, autoincrement=False, nullable=False),
        PrimaryKeyConstraint("key", "revision_id", name="pk_bands"),
        sqlite_with_rowid=False,
    )


def _make_likenesses() -> None:
    op.create_table(
        "likenesses",
        *_pair("likenesses"),
        Column("kind", Text, nullable=False),
        Column("similarity", Float, nullable=False),
        CheckConstraint("kind IN ('same', 'near', 'separate')", name="ck_likenesses_kind"),
    )
    op.create_index("ix_likenesses_other_url", "likenesses", ["other_url"])


def _make_overrulings() -> None:
    op.create_table(
        "overrulings",
        *_pair("overrulings"),
        Column("kind", Text, nullable=False),
        Column("similarity", Float, nullable=False),
        Column("decided_at", SiteTime, nullable=False),
        CheckConstraint("kind IN ('merge', 'split')", name="ck_overrulings_kind"),
    )
    op.create_index("ix_overrulings_other_url", "overrulings", ["other_url"])


def _pair(table: str) -> list[SchemaItem]:
    names = ("url", "other_url")
    return [
        *(Column(name, Text, nullable=False) for name in names),
        *(
            ForeignKeyConstraint([name], ["copies.url"], name=f"fk_{table}_{name}", ondelete="CASCADE")
            for name in names
        ),
        PrimaryKeyConstraint(*names, name=f"pk_{table}"),
    ]


def _make_removals() -> None:
    op.create_table(
        "removals",
        Column("url", Text, nullable=False),
        Column("content_hash", Text, nullable=False),
        Column("removed_at", SiteTime, nullable=False),
        Column("why", Text, nullable=False),
        PrimaryKeyConstraint("url", "content_hash", name="pk_removals"),
    )
    op.create_index("ix_removals_content_hash", "removals", ["content_hash"])
