"""Every URL ever discovered and how it ended."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, or_, select, update
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import insert_into
from storage.models import EndState, LedgerKind, LedgerState, ledger


@dataclass(frozen=True, slots=True)
class Discovery:
    """A URL and what the page that led to it says of it."""

    url: str
    """Canonical."""

    kind: LedgerKind = "article"

    title: str | None = None
    """As the list entry prints it."""

    listed_date: str | None = None
    """As the list entry prints it."""

    priority: int = 0
    """Higher is fetched earlier."""

    depth: int = 0
    """Steps from the home page."""


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """A URL still to be fetched."""

    url: str
    kind: LedgerKind
    title: str | None
    listed_date: str | None
    priority: int
    depth: int
    attempts: int
    found_on: str | None
    etag: str | None
    last_modified: str | None
    run_id: int | None
    """The run that touched it last."""


class Ledger:
    """The ledger as one connection sees it.

    A URL is entered once, is `queued` until it is dealt with, and then stands in exactly one end state
    with a reason. Write through `Archive.transaction`, so that what a page led to and the state of the
    page are kept or dropped together.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """For what no method here covers; in a transaction it is part of it."""

    def discover(
        self, entries: Iterable[Discovery], *, found_on: str | None, run_id: int | None, at: datetime
    ) -> list[str]:
        """Enter the URLs not met before as `queued`; returns them in the order given."""
        rows = [
            asdict(entry)
            | {"state": "queued", "attempts": 0, "discovered_at": at, "found_on": found_on, "run_id": run_id}
            for entry in entries
        ]
        if not rows:
            return []
        new = set(self.connection.scalars(_enter(self.connection.dialect.name), rows))
        return [url for url in dict.fromkeys(row["url"] for row in rows) if url in new]

    def close(  # noqa: PLR0913 - one a column
        self,
        url: str,
        state: EndState,
        reason: str | None = None,
        *,
        run_id: int | None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Deal with a URL for good, or until it is opened again."""
        marks = {"etag": etag, "last_modified": last_modified}
        stated = {name: mark for name, mark in marks.items() if mark is not None}
        row = {"state": state, "reason": reason, "next_at": None, "run_id": run_id}
        self._change(_TRIED, url, row | stated)

    def retry(self, url: str, reason: str, next_at: datetime, *, run_id: int | None) -> None:
        """Leave a URL queued, not to be fetched before `next_at`."""
        row = {"state": "queued", "reason": reason, "next_at": next_at, "run_id": run_id}
        self._change(_TRIED, url, row)

    def reopen(self, url: str, reason: str, *, run_id: int | None) -> None:
        """Queue a URL that had ended: a list page to look at anew, an article to check again."""
        row = {"state": "queued", "reason": reason, "next_at": None, "run_id": run_id, "attempts": 0}
        self._change(_CHANGED, url, row)

    def open_urls(
        self, *, kind: LedgerKind | None = None, due: datetime | None = None, limit: int | None = None
    ) -> list[OpenUrl]:
        """What is left to fetch, the most urgent first; with `due` only what may be fetched by then."""
        columns = [ledger.c[name] for name in OpenUrl.__dataclass_fields__]
        query = select(*columns).where(ledger.c.state == "queued")
        if kind is not None:
            query = query.where(ledger.c.kind == kind)
        if due is not None:
            query = query.where(or_(ledger.c.next_at.is_(None), ledger.c.next_at <= due))
        ordered = query.order_by(ledger.c.priority.desc(), ledger.c.id).limit(limit)
        return [OpenUrl(**row) for row in self.connection.execute(ordered).mappings()]

    def take_up(self, reasons: Sequence[str], *, run_id: int | None) -> None:
        """Queue again every URL that was skipped for one of the reasons."""
        left_out = (ledger.c.state == "skipped") & ledger.c.reason.in_(reasons)
        change = {"state": "queued", "reason": None, "attempts": 0, "next_at": None, "run_id": run_id}
        self.connection.execute(update(ledger).where(left_out).values(change))

    def attempts(self, url: str) -> int:
        """How often a URL was tried since it was queued."""
        return self.connection.scalar(select(ledger.c.attempts).where(ledger.c.url == url)) or 0

    def known(self, urls: Sequence[str]) -> dict[str, LedgerState]:
        """The state of each of the URLs met before."""
        query = select(ledger.c.url, ledger.c.state).where(ledger.c.url.in_(urls))
        return {row.url: row.state for row in self.connection.execute(query)}

    def tally(self, *, run_id: int | None = None) -> dict[LedgerState, int]:
        """How many URLs stand in each state; with `run_id` only those that run was the last to touch."""
        query = select(ledger.c.state, func.count().label("urls")).group_by(ledger.c.state)
        if run_id is not None:
            query = query.where(ledger.c.run_id == run_id)
        return {row.state: row.urls for row in self.connection.execute(query)}

    def _change(self, statement: Update, url: str, row: dict[str, Any]) -> None:
        if self.connection.execute(statement, {"at_url": url, **row}).rowcount != 1:
            raise LookupError(f"{url} was never entered in the ledger")


# Statements are built once: building one takes SQLAlchemy longer than running it.
_CHANGED = update(ledger).where(ledger.c.url == bindparam("at_url"))

_TRIED = _CHANGED.values(attempts=ledger.c.attempts + 1, lease_owner=None, lease_until=None)


@cache
def _enter(dialect: str) -> ReturningInsert[tuple[str]]:
    return insert_into(dialect, ledger).on_conflict_do_nothing(index_elements=["url"]).returning(ledger.c.url)
