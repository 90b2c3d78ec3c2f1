"""The archive as one run sees it: each address answered for in one transaction, and counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

from sqlalchemy import select

from storage.archive import Archive, Transaction
from storage.article import Article, Filing, Finding
from storage.intervals import LONGEST, next_check
from storage.ledger import Discovery, Due, Lease, Ledger, OpenUrl, Scope
from storage.models import EndState, LedgerKind, articles, runs
from storage.removal import REASON, is_removed

MOST_ATTEMPTS = 4
"""Tries of an address, one a run, before it is given up as failed."""

OVERLAP = timedelta(days=7)
"""An incremental run looks again at what is younger than this: late entries, edits, removals."""

_WAIT = timedelta(hours=1)
"""Before the second try; doubled for each one after."""

RANK: dict[LedgerKind, int] = {"part": 0, "list": 10, "article": 20}
"""What is begun is finished first; lists come before articles, so that the newest stories are known first."""

STATES: dict[str, EndState] = {
    "new": "stored",
    "revision": "stored",
    "unchanged": "unchanged",
    "same": "copy",
    "near": "copy",
}
"""How an address ends whose article was filed so."""

_CHECKED_AGAIN = ("stored", "unchanged", "copy", "gone", "refused", "failed")
"""End states of addresses that may come to hold something else."""

OUTSIDE_DATES = "outside-dates"
OUTSIDE_SECTIONS = "outside-sections"
SCOPE_REASONS = (OUTSIDE_DATES, OUTSIDE_SECTIONS)
"""Left out because the run was not asked for it; one that is takes it up again."""

Mode = Literal["incremental", "backfill", "recheck", "ingest"]
"""What a run does; `ingest` takes in pages that others have fetched."""

FORBIDDEN = "robots"
"""Left out because robots.txt says so. It is asked about anew by each crawl: the rules may have changed."""

LeftOut = tuple[Discovery, EndState, str]


def now() -> datetime:
    """Our clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one fetch of an address brought beside the page's own text.

    It is written in the transaction that answers for the address, so that neither is ever known without
    the other.
    """

    found: tuple[Discovery, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """Links not to be followed, each with its end."""

    kind: LedgerKind = "article"
    """What the address is to the ledger, if it has not met it."""

    came_from: str | None = None
    """The address asked for, where a redirect led here."""

    moved: bool = False
    """True where the redirect was for good."""

    etag: str | None = None
    last_modified: str | None = None
    """What the server says of the version it sent, for the next time we ask."""


Turn = Callable[[set[str]], bool]
"""Whether to turn a list page, given which of the addresses on it were known before the crawl."""


@dataclass(slots=True)
class Run:
    """One `scrapy crawl`: a row of `runs`, open until `finish`."""

    archive: Archive
    id: int
    mode: Mode = "incremental"
    round: int = 0
    """The first run of the crawl this one goes on with; its own number where it begins anew."""

    scope: Scope = field(default_factory=Scope)

    clock: Callable[[], datetime] = now
    """Gives the time of what is happening: ours, or in a replay that of the captures."""

    began: datetime = field(default_factory=now)
    tally: Counter[str] = field(default_factory=Counter)
    """What this run did so far: `articles:new`, `refused:no-body`, `gone:http-404`, …"""

    lists: dict[str, int] = field(default_factory=dict)
    """Entries of each list page read so far."""

    dated: int = 0
    """Those of them that print a date."""

    lease: timedelta | None = None
    """How long an address taken from the ledger is this worker's; None of a run that shares it with nobody."""

    _visits: dict[str, Visit] = field(default_factory=dict)
    _parts: dict[str, list[tuple[str, EndState, str]]] = field(default_factory=dict)
    _in_hand: set[str] = field(default_factory=set)
    """Given out and not answered for."""

    _leased: set[str] = field(default_factory=set)
    """Those no other worker may take: what is in hand, and the next page of each list read."""

    _known: set[str] = field(default_factory=set)
    """Entered by now: the sidebars of a site name the same hundred addresses on every page."""

    @classmethod
    def begin(  # noqa: PLR0913 - one a column
        cls,
        archive: Archive,
        *,
        spider: str,
        mode: Mode,
        base_url: str,
        arguments: Mapping[str, Any] | None = None,
        scope: Scope = Scope(),  # noqa: B008 - a value, never changed
        clock: Callable[[], datetime] = now,
        number: int | None = None,
        lease: timedelta | None = None,
    ) -> Self:
        """Enter a run that starts now; one cut off is gone on with by the next of the same arguments.

        One that is replayed has the clock of its captures and keeps its number; one with a lease is one
        of the workers that share the archive.
        """
        began = clock()
        entered = archive.begin_run(spider, mode, began, base_url, arguments, number)
        with archive.read() as connection:
            first = connection.scalar(select(runs.c.round).where(runs.c.id == entered))
        return cls(archive, entered, mode, first or entered, scope, clock, began, lease=lease)

    def finish(  # noqa: PLR0913 - one a column
        self,
        outcome: str,
        exit_code: int,
        stop_reason: str,
        stats: dict[str, Any],
        findings: Iterable[Finding] = (),
        *,
        complete: bool = True,
    ) -> None:
        """Close the run's row with its verdict; what is not complete the next run goes on with."""
        self._give_back()
        self.archive.end_run(
            self.id,
            outcome=outcome,
            exit_code=exit_code,
            stop_reason=stop_reason,
            stats=stats,
            findings=tuple(findings),
            finished_at=self.clock(),
            complete=complete,
        )

    # What to ask for.

    def take_up(self) -> None:
        """Queue again what earlier crawls left out because they were not asked for it, or might not."""
        if not self.scope.sections:
            with self.archive.transaction() as tx:
                tx.take_up((*SCOPE_REASONS, FORBIDDEN), before_run=self.round, run_id=self.id)

    def next_url(self) -> OpenUrl | None:
        """The address to ask for now: what is open in the ledger's order, then what is to be checked again.

        The order is the ledger's alone, so that a crawl cut off anywhere goes on as if it had not been.
        """
        if self.lease is None:
            with self.archive.read() as connection:
                left = self._first_left(Ledger(connection), None)
        else:
            with self.archive.transaction() as tx:
                lease = self._new_lease(self.lease)
                left = self._first_left(tx, lease)
                if left:
                    tx.take([left.url], lease)
        if left:
            self._in_hand.add(left.url)
            self._leased.add(left.url)
        return left

    def _first_left(self, ledger: Ledger, lease: Lease | None) -> OpenUrl | None:
        most = len(self._in_hand) + 1
        candidates = self._open(ledger, most, lease) or ledger.due_urls(self._due, most, lease)
        return next((left for left in candidates if left.url not in self._in_hand), None)

    def awaits_others(self) -> bool:
        """Whether other workers have addresses in hand: what these lead to, or what a dead one leaves, is ours too."""
        return self.lease is not None and self.open_count() > 0

    def unanswered_count(self) -> int:
        """Addresses that should have been answered for by now; what other workers have in hand is theirs."""
        return self.open_count() if self.lease is None else len(self._in_hand)

    def renew(self) -> None:
        """Say that this worker lives and still holds what it holds."""
        if self.lease is not None and self._leased:
            with self.archive.transaction() as tx:
                tx.take(self._leased, self._new_lease(self.lease))

    def open_count(self) -> int:
        """Addresses `next_url` would have to give, and those given out that were never answered for."""
        with self.archive.read() as connection:
            ledger = Ledger(connection)
            queued = 0
            if self.mode != "recheck":
                queued = ledger.next_count(due=self.clock(), since_run=self._since_run)
            return queued + ledger.due_count(self._due)

    def _open(self, ledger: Ledger, most: int, lease: Lease | None) -> list[OpenUrl]:
        if self.mode == "recheck":
            return []
        left = ledger.next_urls(due=self.clock(), since_run=self._since_run, limit=most, lease=lease)
        return [url for url in left if url.url not in self._in_hand]

    @property
    def _name(self) -> str:
        """Under which this worker is known to the others."""
        return f"run {self.id}"

    def _new_lease(self, length: timedelta) -> Lease:
        at = self.clock()
        return Lease(self._name, at, at + length)

    def _give_back(self) -> None:
        if self._leased and self.lease is not None:
            with self.archive.transaction() as tx:
                tx.give_back(self._leased, self._name)

    @property
    def _since_run(self) -> int:
        # Nobody knows which section an address left open belongs to: then only what this crawl finds counts.
        return self.round if self.scope.sections else 0

    @property
    def _due(self) -> Due:
        if self.mode == "recheck":
            return Due(self.began, scope=self.scope)
        # A list is looked through again too: an entry may have been slipped in far down.
        lists = not self.scope.sections
        return Due(self.began, lists=lists, changed_since=self.began - OVERLAP, scope=self.scope)

    # What was found out. Each method answers for an address in one transaction.

    def visit(self, url: str, visit: Visit) -> None:
        """Keep what a fetch brought until its address is answered for."""
        self._visits[url] = visit

    def part(self, article: str, url: str, state: EndState, reason: str) -> None:
        """Keep how a part of an article ended until the article is answered for."""
        self._parts.setdefault(article, []).append((url, state, reason))

    def answered(self, url: str) -> bool:
        """Whether this crawl has dealt with an address already."""
        with self.archive.read() as connection:
            entry = Ledger(connection).entry(url)
        return entry is not None and entry.state != "queued" and (entry.run_id or 0) >= self.round

    def enter_home(self, url: str) -> None:
        """Enter the page everything is found from."""
        with self.archive.transaction() as tx:
            self._discover(tx, [Discovery(url, kind="list", rank=RANK["list"])], url)
            tx.reopen(url, "home page", run_id=self.id)
            self._keep_for_this_worker(tx, url)

    def read_list(self, url: str, entries: Sequence[str], next_url: str | None, turn: Turn) -> None:
        """Answer for a list page, and enter the page that follows it as far as `turn` wants it."""
        asked_of = [*entries, next_url] if next_url else entries
        with self._answering(url) as tx:
            known = tx.found_before(self.round, asked_of)
            changed_at = None if known.issuperset(entries) else self.clock()
            if turn(known) and next_url:
                self._enter_list(tx, next_url, found_on=url)
            self._close(tx, url, "stored", "list", kind="list", changed_at=changed_at)

    def match(self, article: Article) -> Filing:
        """Where an article would belong, were it filed now."""
        with self.archive.read() as connection:
            return Transaction(connection).match(article)

    def file(self, article: Article) -> Filing:
        """Store an article and answer for its address; returns where it was found to belong.

        One that misses a part is stored too, and its address stays open for a later run.
        """
        visit = self._visits.get(article.url, Visit())
        has_parts = article.url in self._parts
        with self._answering(article.url) as tx:
            if visit.came_from and visit.moved:
                tx.move(visit.came_from, article.url, article.fetched_at)
            if is_removed(tx.connection, article):
                self._close(tx, article.url, "skipped", REASON)
                return Filing(article, "unchanged")
            filing = tx.match(article)
            tx.file(filing, run_id=self.id, capture_id=article.capture_id)
            if article.partial:
                self._try_later(tx, article.url, "partial")
            else:
                # A server vouches for one part alone: an article of several is always read whole.
                marks = (None, None) if has_parts else (visit.etag, visit.last_modified)
                self._close(
                    tx,
                    article.url,
                    STATES[filing.kind],
                    filing.kind,
                    changed_at=_changed_at(filing),
                    marks=marks,
                    kind="article",
                )
        self.tally[f"articles:{filing.kind}"] += 1
        return filing

    def not_modified(self, url: str) -> None:
        """Note that an address holds what it held, on the server's word."""
        with self._answering(url) as tx:
            tx.touch(url, self.clock())
            self._close(tx, url, "unchanged", "not-modified")

    def refuse(
        self, url: str, *, stage: str, reason: str, detail: str, capture_id: int | None = None
    ) -> None:
        """Keep a page we can't read as an article among the rejections."""
        with self._answering(url) as tx:
            tx.reject(
                url,
                stage=stage,
                reason=reason,
                detail=detail,
                seen_at=self.clock(),
                run_id=self.id,
                capture_id=capture_id,
            )
            self._close(tx, url, "refused", reason)

    def gone(self, url: str, reason: str) -> None:
        """Note that an address answers no more."""
        with self._answering(url) as tx:
            tx.gone(url, self.clock())
            was = tx.entry(url)
            changed_at = self.clock() if was and was.state != "gone" else None
            self._close(tx, url, "gone", reason, changed_at=changed_at)

    def end(self, url: str, state: EndState, reason: str) -> None:
        """Answer for an address that led to no article: moved, left out, off the site."""
        with self._answering(url) as tx:
            self._close(tx, url, state, reason)

    def fail(self, url: str, reason: str, come_back: timedelta = timedelta(0)) -> None:
        """Leave an address for a later run, or give it up when it was tried often enough.

        Where the site said when to `come_back` it is not asked for before, within reason.
        """
        with self._answering(url) as tx:
            self._try_later(tx, url, reason, min(come_back, LONGEST))

    def stored(self) -> int:
        """Articles this run has filed, unchanged ones aside."""
        return sum(self.tally[f"articles:{kind}"] for kind in ("new", "revision", "same", "near"))

    def holds_articles(self) -> bool:
        """Whether the archive holds any story at all."""
        with self.archive.read() as connection:
            return connection.execute(select(articles.c.id).limit(1)).first() is not None

    @contextmanager
    def _answering(self, url: str) -> Iterator[Transaction]:
        """The transaction that answers for an address, with what its visit brought already in it."""
        visit, parts = self._visits.get(url, Visit()), self._parts.get(url, [])
        with self.archive.transaction() as tx:
            self._enter(tx, url, visit)
            for part, state, reason in parts:
                self._discover(tx, [Discovery(part, kind="part", rank=RANK["part"])], url)
                self._close(tx, part, state, reason)
            yield tx
        # Only now is it certain: had the transaction failed, the address would still be open.
        self._known.update(entry.url for entry in visit.found)
        self._known.update(entry.url for entry, _, _ in visit.left_out)
        self._in_hand -= {url, visit.came_from}
        self._leased -= {url, visit.came_from}
        self._visits.pop(url, None)
        self._parts.pop(url, None)

    def _enter(self, tx: Transaction, url: str, visit: Visit) -> None:
        if visit.came_from:
            self._discover(tx, [Discovery(url, kind=visit.kind)], visit.came_from)
            self._close(tx, visit.came_from, "redirected", "redirect")
        found = [entry for entry in visit.found if entry.url not in self._known]
        self._discover(tx, found, url)
        lists = [entry.url for entry in found if entry.kind == "list"]
        tx.reopen_lists(lists, before_run=self.round, run_id=self.id)
        if self.scope.sections or self.mode == "backfill":
            reasons = SCOPE_REASONS if self.mode == "backfill" else ()
            tx.want([entry.url for entry in found], run_id=self.id, reasons=reasons)
        ends = {entry.url: (entry, state, reason) for entry, state, reason in visit.left_out}
        unknown = [entry for entry, _, _ in ends.values() if entry.url not in self._known]
        for left_out in self._discover(tx, unknown, url):
            self._close(tx, left_out, *ends[left_out][1:])

    def _enter_list(self, tx: Transaction, url: str, *, found_on: str) -> None:
        self._discover(tx, [Discovery(url, kind="list", rank=RANK["list"])], found_on)
        tx.reopen_lists([url], before_run=self.round, run_id=self.id)
        # Only who read the page before can tell a list that repeats itself.
        self._keep_for_this_worker(tx, url)

    def _keep_for_this_worker(self, tx: Transaction, url: str) -> None:
        if self.lease is not None:
            self._leased |= tx.take([url], self._new_lease(self.lease))

    def _discover(self, tx: Transaction, found: list[Discovery], found_on: str) -> list[str]:
        return tx.discover(found, found_on=found_on, run_id=self.id, at=self.clock())

    def _try_later(self, tx: Transaction, url: str, reason: str, at_least: timedelta = timedelta(0)) -> None:
        entry = tx.entry(url)
        if entry is not None and entry.state != "queued":  # a check that failed says nothing of the page
            next_at = max(next_check(self.clock(), None), self.clock() + at_least)
            tx.check_later(url, next_at, run_id=self.id)
            self.tally[f"failed:{reason}"] += 1
            return
        attempts = (entry.attempts if entry else 0) + 1
        if attempts >= MOST_ATTEMPTS:
            self._close(tx, url, "failed", reason)
        else:
            wait = max(_WAIT * 2 ** (attempts - 1), at_least)
            tx.retry(url, reason, self.clock() + wait, run_id=self.id)
            self.tally[f"failed:{reason}"] += 1

    def _close(  # noqa: PLR0913 - one a column
        self,
        tx: Transaction,
        url: str,
        state: EndState,
        reason: str,
        *,
        kind: LedgerKind | None = None,
        changed_at: datetime | None = None,
        marks: tuple[str | None, str | None] = (None, None),
    ) -> None:
        next_at = None
        if state in _CHECKED_AGAIN:
            entry = tx.entry(url)
            changed_at = changed_at or (entry.changed_at if entry else None) or self.clock()
            next_at = next_check(self.clock(), changed_at)
        tx.close(
            url,
            state,
            reason,
            run_id=self.id,
            kind=kind,
            next_at=next_at,
            changed_at=changed_at,
            etag=marks[0],
            last_modified=marks[1],
        )
        self.tally[f"{state}:{reason}"] += 1


def _changed_at(filing: Filing) -> datetime | None:
    """When what an address holds last changed, as far as its latest reading tells."""
    if filing.kind == "unchanged":
        return None
    seen = filing.article.fetched_at
    if filing.kind == "revision":
        return seen
    return min(filing.article.published_at or seen, seen)
