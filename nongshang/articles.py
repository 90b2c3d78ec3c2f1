"""One article with all that belongs to it, as the command line and the web page show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from storage.models import articles, attachments, captures, contributors, copies, revisions, sources

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An article, and where it comes from."""

    article: Line
    """The row of `articles`, with `source` and, where a response was kept, `fetched_at` and `digest`."""

    contributors: tuple[Line, ...]
    attachments: tuple[Line, ...]
    copies: tuple[Line, ...]
    revisions: tuple[Line, ...]
    """Oldest first."""

    @property
    def citation(self) -> str:
        """What to put under a quotation: enough to find the very bytes again."""
        article = self.article
        published = article["published_at"].date().isoformat() if article["published_at"] else "无日期"
        seen = article["fetched_at"] or article["last_seen_at"]
        parts = [
            f"《{article['title']}》",
            article["source"] or "来源未注明",
            published,
            article["url"],
            f"抓取于 {seen.isoformat(timespec='seconds')}",
            article["digest"] or f"sha256:{article['content_hash']}",
            f"规则 {article['rule_version']}",
        ]
        return "，".join(parts) + "。"


def load(connection: Connection, number: int) -> Told | None:
    """The article of that number, None if there is none."""
    article = (
        select(articles, sources.c.name.label("source"), captures.c.fetched_at, captures.c.digest)
        .outerjoin(sources)
        .outerjoin(captures, captures.c.id == articles.c.capture_id)
        .where(articles.c.id == number)
    )
    row = connection.execute(article).first()
    if row is None:
        return None

    def lines(table: Any, order: Any) -> tuple[Line, ...]:
        found = connection.execute(select(table).where(table.c.article_id == number).order_by(order))
        return tuple(row._asdict() for row in found)

    return Told(
        row._asdict(),
        lines(contributors, contributors.c.position),
        lines(attachments, attachments.c.position),
        lines(copies, copies.c.first_seen_at),
        lines(revisions, revisions.c.id),
    )
