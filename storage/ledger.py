"""Every URL ever discovered and how it ended."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from storage.columns import SITE_TIME, SiteTime
from storage.database import insert_into
from storage.models import EndState, LedgerKind, LedgerState, articles, copies, ledger


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

    rank: int = 0
    """Lower is fetched earlier."""

    depth: int = 0
    """Steps from the home page."""


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """A URL to be fetched."""

    url: str
    kind: LedgerKind
    state: LedgerState
    """`queued`, or how it ended where it is to be checked again."""

    title: str | None
    listed_date: str | None
    rank: int
    depth: int
    attempts: int
    found_on: str | None
    etag: str | None
    last_modified: str | None
    run_id: int | None
    """The run that touched it last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How a URL stands in the ledger."""

    kind: LedgerKind
    state: LedgerState
    attempts: int
    """Tries since it was queued."""

    changed_at: datetime | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the archive a run is asked to look at; all of it, if nothing is given."""

    since: date | None = None
    until: date | None = None
    """Days of publication, site time."""

    sections: tuple[str, ...] = ()
    """Names, or paths of the site."""


@dataclass(frozen=True, slots=True)
class Due:
    """Which ended URLs are to be checked again."""

    by: datetime
    lists: bool = False
    """List pages too."""

    changed_since: datetime | None = None
    """Of the articles only those that changed since then."""

    scope: Scope = Scope()


@dataclass(frozen=True, slots=True)
class Lease:
    """Whose an address is until when, where several workers share the ledger.

    One that dies answers for nothing any more; what it held is anybody's again when the lease has run out.
    """

    owner: str
    at: datetime
    until: datetime


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
        how = {
            "state": "queued",
            "attempts": 0,
            "discovered_at": at,
            "discovered_in": run_id,
            "found_on": found_on,
            "run_id": run_id,
        }
        rows = [asdict(entry) | how for entry in entries]
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
        kind: LedgerKind | None = None,
        next_at: datetime | None = None,
        changed_at: datetime | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Deal with a URL for good, or until it is opened again or `next_at` has come."""
        marks = {"kind": kind, "changed_at": changed_at, "etag": etag, "last_modified": last_modified}
        stated = {name: mark for name, mark in marks.items() if mark is not None}
        row = {"state": state, "reason": reason, "next_at": next_at, "run_id": run_id}
        self._change(_TRIED, url, row | stated)

    def retry(self, url: str, reason: str, next_at: datetime, *, run_id: int | None) -> None:
        """Leave a URL queued, not to be fetched before `next_at`."""
        row = {"state": "queued", "reason": reason, "next_at": next_at, "run_id": run_id}
        self._change(_TRIED, url, row)

    def check_later(self, url: str, next_at: datetime, *, run_id: int | None) -> None:
        """Leave a URL as it stands, not to be checked before `next_at`."""
        self._change(_LET_GO, url, {"next_at": next_at, "run_id": run_id})

    def reopen(self, url: str, reason: str, *, run_id: int | None) -> None:
        """Queue a URL that had ended: a list page to look at anew, an article to check again."""
        row = {"state": "queued", "reason": reason, "next_at": None, "run_id": run_id, "attempts": 0}
        self._change(_CHANGED, url, row)

    def reopen_lists(self, urls: Sequence[str], *, before_run: int, run_id: int | None) -> None:
        """Queue the list pages among the URLs that no run since `before_run` has read."""
        if not urls:
            return
        row = {"state": "queued", "reason": None, "next_at": None, "run_id": run_id, "attempts": 0}
        read_before = and_(
            ledger.c.url.in_(urls),
            ledger.c.kind == "list",
            ledger.c.state.not_in(("queued", "skipped", "offsite")),
            _not_touched_since(before_run),
        )
        self.connection.execute(update(ledger).where(read_before).values(row))

    def want(self, urls: Sequence[str], *, run_id: int | None, reasons: Sequence[str] = ()) -> None:
        """Make the run's own what others left open of the URLs, or skipped for one of the reasons."""
        left = or_(
            ledger.c.state == "queued", and_(ledger.c.state == "skipped", ledger.c.reason.in_(reasons))
        )
        change = {"state": "queued", "run_id": run_id}
        if urls:
            self.connection.execute(update(ledger).where(ledger.c.url.in_(urls), left).values(change))

    def open_urls(
        self,
        *,
        kind: LedgerKind | None = None,
        due: datetime | None = None,
        limit: int | None = None,
        touched_since_run: int | None = None,
    ) -> list[OpenUrl]:
        """What is left to fetch, the most urgent first; with `due` only what may be fetched by then."""
        query = _OPEN
        if kind is not None:
            query = query.where(ledger.c.kind == kind)
        if due is not None:
            query = query.where(or_(ledger.c.next_at.is_(None), ledger.c.next_at <= due))
        if touched_since_run is not None:
            query = query.where(ledger.c.run_id >= touched_since_run)
        return self._open(query.limit(limit), {})

    def next_urls(
        self, *, due: datetime, since_run: int, limit: int, lease: Lease | None = None
    ) -> list[OpenUrl]:
        """The URLs to ask for next, among those touched by `since_run` or a later run.

        With a lease only those it can be taken out on.
        """
        query = _NEXT if lease is None else _NEXT.where(_is_free(lease))
        return self._open(query, {"due": due, "since_run": since_run, "most": limit})

    def due_urls(self, due: Due, limit: int, lease: Lease | None = None) -> list[OpenUrl]:
        """Ended URLs whose time to be checked again has come."""
        query = _due_query(due) if lease is None else _due_query(due).where(_is_free(lease))
        return self._open(query.order_by(ledger.c.id).limit(limit), {})

    def take(self, urls: Collection[str], lease: Lease) -> set[str]:
        """Take out a lease on the URLs, or renew it; returns those that are not in other hands."""
        taken = update(ledger).where(ledger.c.url.in_(urls), _is_free(lease)).returning(ledger.c.url)
        return set(self.connection.scalars(taken.values(lease_owner=lease.owner, lease_until=lease.until)))

    def give_back(self, urls: Collection[str], owner: str) -> None:
        """Let go of the URLs a worker holds and will not answer for."""
        held = update(ledger).where(ledger.c.url.in_(urls), ledger.c.lease_owner == owner)
        self.connection.execute(held.values(lease_owner=None, lease_until=None))

    def due_count(self, due: Due) -> int:
        """How many ended URLs are to be checked again."""
        return self._count(_due_query(due))

    def next_count(self, *, due: datetime, since_run: int) -> int:
        """How many URLs `next_urls` has to give."""
        unlimited = _NEXT.limit(None).order_by(None)
        return self._count(unlimited, {"due": due, "since_run": since_run})

    def take_up(self, reasons: Sequence[str], *, before_run: int, run_id: int | None) -> None:
        """Queue again every URL that was skipped for one of the reasons before `before_run`."""
        left_out = and_(
            ledger.c.state == "skipped", ledger.c.reason.in_(reasons), _not_touched_since(before_run)
        )
        change = {"state": "queued", "reason": None, "attempts": 0, "next_at": None, "run_id": run_id}
        self.connection.execute(update(ledger).where(left_out).values(change))

    def entry(self, url: str) -> Entry | None:
        """How a URL stands, None if it was never met."""
        row = self.connection.execute(_ENTRY, {"at_url": url}).mappings().first()
        return Entry(**row) if row else None

    def found_before(self, run_id: int, urls: Sequence[str]) -> set[str]:
        """Those of the URLs that were discovered by a run before the given one."""
        earlier = or_(ledger.c.discovered_in < run_id, ledger.c.discovered_in.is_(None))
        return set(self.connection.scalars(select(ledger.c.url).where(ledger.c.url.in_(urls), earlier)))

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

    def _open(self, query: Select[Any], values: dict[str, Any]) -> list[OpenUrl]:
        return [OpenUrl(**row) for row in self.connection.execute(query, values).mappings()]

    def _count(self, query: Select[Any], values: dict[str, Any] | None = None) -> int:
        found = query.with_only_columns(ledger.c.id).subquery()
        return self.connection.scalar(select(func.count()).select_from(found), values or {}) or 0

    def _change(self, statement: Update, url: str, row: dict[str, Any]) -> None:
        if self.connection.execute(statement, {"at_url": url, **row}).rowcount != 1:
            raise LookupError(f"{url} was never entered in the ledger")


# Statements are built once: building one takes SQLAlchemy longer than running it.
_AT_URL = ledger.c.url == bindparam("at_url")

_CHANGED = update(ledger).where(_AT_URL)

# Answered for, an address is in nobody's hands.
_LET_GO = _CHANGED.values(lease_owner=None, lease_until=None)

# A check of an address that has ended is no further try of it.
_TRIED = _LET_GO.values(attempts=ledger.c.attempts + case((ledger.c.state == "queued", 1), else_=0))

_ENTRY = select(*(ledger.c[name] for name in Entry.__dataclass_fields__)).where(_AT_URL)

_ALL = select(*(ledger.c[name] for name in OpenUrl.__dataclass_fields__))

_OPEN = _ALL.where(ledger.c.state == "queued").order_by(ledger.c.rank, ledger.c.id)

_NEXT = _OPEN.where(
    ledger.c.kind != "part",  # asked for with the article it belongs to
    or_(ledger.c.next_at.is_(None), ledger.c.next_at <= bindparam("due", type_=SiteTime)),
    ledger.c.run_id >= bindparam("since_run"),
).limit(bindparam("most"))


def _is_free(lease: Lease) -> ColumnElement[bool]:
    """Whether an address is in nobody's hands but the owner's own."""
    return or_(
        ledger.c.lease_until.is_(None), ledger.c.lease_until <= lease.at, ledger.c.lease_owner == lease.owner
    )


def _not_touched_since(run_id: int) -> ColumnElement[bool]:
    return or_(ledger.c.run_id < run_id, ledger.c.run_id.is_(None))


def _due_query(due: Due) -> Select[Any]:
    recent: ColumnElement[bool] = true()
    if due.changed_since is not None:
        recent = ledger.c.changed_at >= due.changed_since
    wanted = and_(ledger.c.kind == "article", recent)
    if due.scope != Scope():
        held = select(copies.c.url).join(articles).where(*_within(due.scope))
        wanted = and_(wanted, ledger.c.url.in_(held))
    if due.lists:
        wanted = or_(wanted, ledger.c.kind == "list")
    return _ALL.where(ledger.c.state != "queued", ledger.c.next_at <= due.by, wanted)


def _within(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """What holds for the copies of articles in the scope."""
    if scope.since:
        yield articles.c.published_at >= datetime.combine(scope.since, time.min, SITE_TIME)
    if scope.until:
        yield articles.c.published_at < datetime.combine(scope.until + timedelta(days=1), time.min, SITE_TIME)
    if scope.sections:
        trail = "/" + func.coalesce(copies.c.section, "") + "/"
        yield or_(
            *(
                copies.c.url.contains(name, autoescape=True)
                if name.startswith("/")
                else trail.contains(f"/{name}/", autoescape=True)
                for name in scope.sections
            )
        )


@cache
def _enter(dialect: str) -> ReturningInsert[tuple[str]]:
    return insert_into(dialect, ledger).on_conflict_do_nothing(index_elements=["url"]).returning(ledger.c.url)
