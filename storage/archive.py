"""The one door for writing to the archive."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, Insert

from storage import filing as shelf
from storage import lock, runs
from storage.article import Article, Capture, Filing, Finding
from storage.database import explained, insert_into, kind_of, parse_url
from storage.ledger import Ledger
from storage.models import Cause, captures, rejections
from storage.schema import prepare


class Transaction(Ledger):
    """Everything one page leads to, kept or dropped together.

    What was found on the page, the article or the refusal it became, and the state the page ended in:
    whatever instant the machine dies at, the archive never knows one without the others.
    """

    def match(self, article: Article) -> Filing:
        """Say where an article belongs; `file` it in the same transaction."""
        return shelf.match(self.connection, article)

    def file(
        self, filing: Filing, *, run_id: int | None, capture_id: int | None = None, cause: Cause = "site"
    ) -> int:
        """Write an article where it belongs; returns the number of its story."""
        return shelf.file(self.connection, filing, run_id=run_id, capture_id=capture_id, cause=cause)

    def touch(self, url: str, seen_at: datetime) -> None:
        """Note that an address still holds what it held."""
        shelf.touch(self.connection, url, seen_at)

    def move(self, old: str, new: str, at: datetime) -> None:
        """Note that the site moved a page for good."""
        shelf.move(self.connection, old, new, at)

    def gone(self, url: str, at: datetime) -> None:
        """Note that an address answers no more; its text stays."""
        shelf.gone(self.connection, url, at)

    def reject(  # noqa: PLR0913 - one a column
        self,
        url: str,
        *,
        stage: str,
        reason: str,
        detail: str,
        seen_at: datetime,
        run_id: int | None,
        capture_id: int | None = None,
    ) -> None:
        """Note why a page can't be stored; filing it later resolves the row, refusing it again renews it."""
        row = {
            "url": url,
            "stage": stage,
            "reason": reason,
            "detail": detail,
            "seen_at": seen_at,
            "run_id": run_id,
            "capture_id": capture_id,
            "resolved_at": None,
        }
        self.connection.execute(_refuse(self.connection.dialect.name), row)

    def keep(self, capture: Capture, *, run_id: int | None) -> int:
        """Note where the bytes of a response are; returns the number of the capture."""
        number: int = self.connection.execute(_KEEP, asdict(capture) | {"run_id": run_id}).scalar_one()
        return number


_KEEP = captures.insert().returning(captures.c.id)


@cache
def _refuse(dialect: str) -> Insert:
    statement = insert_into(dialect, rejections)
    renewed = {column.name: column for column in statement.excluded if column.name != "url"}
    return statement.on_conflict_do_update(index_elements=["url"], set_=renewed)


class Archive:
    """An open archive. Use it as a context manager, or `close` it."""

    def __init__(self, engine: Engine, url: URL) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writing=True)
        self._url = url
        self._workers: lock.Workers | None = None

    @classmethod
    def open(cls, url: str, *, create: bool = True, read_only: bool = False) -> Self:
        """Open the archive at a SQLAlchemy URL, brought up to date if it is older than this program.

        Args:
            url: `sqlite:///data/archive.db`, `postgresql://user@host/name`.
            create: make the archive if there is none.
            read_only: open it for looking only; nothing is made or brought up to date.

        Raises:
            ArchiveError: it can't be opened; the message is one line for an operator.
        """
        parsed = parse_url(url)
        with explained(parsed):
            engine = kind_of(parsed).make_engine(parsed, create=create, read_only=read_only)
            try:
                prepare(engine, create=create, read_only=read_only)
            except BaseException:
                engine.dispose()
                raise
        return cls(engine, parsed)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that writes; a second one waits its turn, and fails with `ArchiveBusy` in the end."""
        with self._writing() as connection:
            yield Transaction(connection)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for looking; it sees one state of the archive and holds up nobody."""
        with explained(self._url), self._engine.connect() as connection:
            yield connection

    def leave_no_trace(self) -> None:
        """Write the database anew, so that no deleted text is left on the disk between its rows."""
        with explained(self._url):
            kind_of(self._url).leave_no_trace(self._engine)

    @contextmanager
    def one_run(self) -> Iterator[None]:
        """Hold the archive for one run; raises `ArchiveLocked` at once while another holds it."""
        with explained(self._url), lock.one_run(self._engine, self._url):
            yield

    @contextmanager
    def among_workers(self) -> Iterator[None]:
        """Hold the archive for a run that shares it; raises `ArchiveLocked` while one alone holds it."""
        with explained(self._url), lock.among_workers(self._engine, self._url) as workers:
            self._workers = workers
            try:
                yield
            finally:
                self._workers = None

    def begin_run(  # noqa: PLR0913, PLR0917 - one a column
        self,
        spider: str,
        mode: str,
        started_at: datetime,
        base_url: str | None = None,
        arguments: Mapping[str, Any] | None = None,
        number: int | None = None,
    ) -> int:
        """Enter a run that starts now, and close the rows of those that died; returns its number.

        Raises:
            ArchiveLocked: workers hold the archive that were asked for something else.
        """
        asked = {"spider": spider, "mode": mode, "base_url": base_url, "arguments": dict(arguments or {})}
        with self._writing() as connection:
            living = self._workers.living() if self._workers else frozenset()
            runs.close_crashed(connection, started_at, living)
            runs.require_alike(connection, asked, living)
            begun = runs.begin(connection, {**asked, "started_at": started_at}, number)
            if self._workers:
                self._workers.enter(begun)  # before anybody else can see the row
            return begun

    def end_run(  # noqa: PLR0913 - one a column
        self,
        run_id: int,
        *,
        outcome: str,
        exit_code: int,
        stop_reason: str,
        stats: Mapping[str, Any],
        finished_at: datetime,
        complete: bool = True,
        findings: Sequence[Finding] = (),
    ) -> None:
        """Close a run's row with its verdict, its figures and what an operator should know of it."""
        with self._writing() as connection:
            row = {
                "outcome": outcome,
                "exit_code": exit_code,
                "stop_reason": stop_reason,
                "stats": dict(stats),
                "finished_at": finished_at,
                "complete": complete,
            }
            runs.end(connection, run_id, row, findings)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with explained(self._url), self._writer.begin() as connection:
            yield connection
            kind_of(self._url).refresh_search(connection)
