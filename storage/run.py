"""The archive as one run sees it: each page answered for in one transaction, and counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from sqlalchemy import func, select

from storage.archive import Archive, Transaction
from storage.article import Article, Filing, Finding
from storage.ledger import Discovery, Ledger, OpenUrl
from storage.models import EndState, articles, ledger
from storage.removal import REASON, is_removed

MOST_ATTEMPTS = 4
"""Tries of an address, one a run, before it is given up as failed."""

_WAIT = timedelta(hours=1)
"""Before the second try; doubled for each one after."""

_STATES: dict[str, EndState] = {
    "new": "stored",
    "revision": "stored",
    "unchanged": "unchanged",
    "same": "copy",
    "near": "copy",
}


def now() -> datetime:
    """Our clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Run:
    """One `scrapy crawl`: a row of `runs`, open until `finish`."""

    archive: Archive
    id: int
    tally: Counter[str] = field(default_factory=Counter)
    """What this run did so far: `articles:new`, `refused:no-body`, `gone:http-404`, …"""

    lists: dict[str, int] = field(default_factory=dict)
    """Entries of each list page read so far."""

    @classmethod
    def begin(cls, archive: Archive, *, spider: str, mode: str, base_url: str) -> Self:
        """Enter a run that starts now."""
        return cls(archive, archive.begin_run(spider, mode, now(), base_url))

    def finish(
        self,
        outcome: str,
        exit_code: int,
        stop_reason: str,
        stats: dict[str, Any],
        findings: Iterable[Finding] = (),
    ) -> None:
        """Close the run's row with its verdict."""
        self.archive.end_run(
            self.id,
            outcome=outcome,
            exit_code=exit_code,
            stop_reason=stop_reason,
            stats=stats,
            findings=tuple(findings),
            finished_at=now(),
        )

    def take_up(self, *reasons: str) -> None:
        """Queue again what earlier runs left out for these reasons."""
        with self.archive.transaction() as tx:
            tx.take_up(reasons, run_id=self.id)

    def open_urls(self) -> list[OpenUrl]:
        """What earlier runs found and did not get to, and what is due for another try."""
        with self.archive.read() as connection:
            return Ledger(connection).open_urls(due=now())

    def discover(
        self,
        found_on: str,
        found: Iterable[Discovery],
        left_out: Iterable[tuple[Discovery, EndState, str]] = (),
        *,
        closes: tuple[EndState, str] | None = None,
    ) -> set[str]:
        """Enter what a page leads to, and by `closes` how the page itself ended; returns what is new."""
        with self.archive.transaction() as tx:
            new = set(tx.discover(found, found_on=found_on, run_id=self.id, at=now()))
            ends = {entry.url: (entry, state, reason) for entry, state, reason in left_out}
            entries = [entry for entry, _, _ in ends.values()]
            for url in tx.discover(entries, found_on=found_on, run_id=self.id, at=now()):
                self._close(tx, url, ends[url][1], ends[url][2])
            if closes:
                self._close(tx, found_on, *closes)
        return new

    def match(self, article: Article) -> Filing:
        """Where an article would belong, were it filed now."""
        with self.archive.transaction() as tx:
            return tx.match(article)

    def file(self, article: Article) -> Filing:
        """Store an article and answer for its address; returns where it was found to belong.

        One that misses a part is stored too, and its address stays open for a later run.
        """
        with self.archive.transaction() as tx:
            if is_removed(tx.connection, article):
                self._close(tx, article.url, "skipped", REASON)
                return Filing(article, "unchanged")
            filing = tx.match(article)
            tx.file(filing, run_id=self.id, capture_id=article.capture_id)
            if article.partial:
                self._try_later(tx, article.url, "partial")
            else:
                tx.close(article.url, _STATES[filing.kind], filing.kind, run_id=self.id)
        self.tally[f"articles:{filing.kind}"] += 1
        return filing

    def refuse(
        self, url: str, *, stage: str, reason: str, detail: str, capture_id: int | None = None
    ) -> None:
        """Keep a page we can't read as an article among the rejections."""
        with self.archive.transaction() as tx:
            tx.reject(
                url,
                stage=stage,
                reason=reason,
                detail=detail,
                seen_at=now(),
                run_id=self.id,
                capture_id=capture_id,
            )
            self._close(tx, url, "refused", reason)

    def gone(self, url: str, reason: str) -> None:
        """Note that an address answers no more."""
        with self.archive.transaction() as tx:
            tx.gone(url, now())
            self._close(tx, url, "gone", reason)

    def end(self, url: str, state: EndState, reason: str) -> None:
        """Answer for an address that led to no article: moved, left out, off the site."""
        with self.archive.transaction() as tx:
            self._close(tx, url, state, reason)

    def fail(self, url: str, reason: str) -> None:
        """Leave an address for a later run, or give it up when it was tried often enough."""
        with self.archive.transaction() as tx:
            self._try_later(tx, url, reason)

    def stored(self) -> int:
        """Articles this run has filed, unchanged ones aside."""
        return sum(self.tally[f"articles:{kind}"] for kind in ("new", "revision", "same", "near"))

    def queued(self) -> int:
        """Addresses known and not answered for."""
        with self.archive.read() as connection:
            query = select(func.count()).where(ledger.c.state == "queued")
            return connection.scalar(query) or 0

    def open_count(self) -> int:
        """Addresses this run found or took up and did not answer for."""
        return sum(left.run_id == self.id for left in self.open_urls())

    def holds_articles(self) -> bool:
        """Whether the archive holds any story at all."""
        with self.archive.read() as connection:
            return connection.execute(select(articles.c.id).limit(1)).first() is not None

    def _try_later(self, tx: Transaction, url: str, reason: str) -> None:
        attempts = tx.attempts(url) + 1
        if attempts >= MOST_ATTEMPTS:
            self._close(tx, url, "failed", reason)
        else:
            tx.retry(url, reason, now() + _WAIT * 2 ** (attempts - 1), run_id=self.id)
            self.tally[f"failed:{reason}"] += 1

    def _close(self, tx: Transaction, url: str, state: EndState, reason: str) -> None:
        tx.close(url, state, reason, run_id=self.id)
        self.tally[f"{state}:{reason}"] += 1
