"""One row a run, from its first second on: a run that dies leaves a row that says so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.article import Finding
from storage.errors import ArchiveLocked
from storage.models import findings, runs

GOES_ON_WITHIN = timedelta(hours=12)
"""An incremental crawl cut off longer ago is begun anew: its list pages are no longer the latest."""


def begin(connection: Connection, asked: Mapping[str, Any], number: int | None = None) -> int:
    """Enter a run that starts now; returns its number, the next one unless it is given."""
    given = {} if number is None else {"id": number}
    row = {**asked, "complete": False, "stats": {}}
    entered: int = connection.execute(
        runs.insert().values({**row, **given}).returning(runs.c.id)
    ).scalar_one()
    if given and connection.dialect.name == "postgresql":
        # PostgreSQL counts apart from the column, and would give a number taken here a second time.
        connection.execute(select(func.setval(func.pg_get_serial_sequence("runs", "id"), entered)))
    first = _first_of_cut_off(connection, row, before=entered) or entered
    connection.execute(update(runs).where(runs.c.id == entered).values(round=first))
    return entered


def _first_of_cut_off(connection: Connection, row: Mapping[str, Any], *, before: int) -> int | None:
    """The first run of the crawl the new one goes on with: asked the same, and never come to its end."""
    alike = [runs.c[name].is_not_distinct_from(row[name]) for name in ("spider", "mode", "base_url")]
    last = connection.execute(
        select(runs).where(*alike, runs.c.id < before).order_by(runs.c.id.desc()).limit(1)
    ).first()
    if last is None or last.complete or last.arguments != row["arguments"]:
        return None
    began = connection.scalar(select(runs.c.started_at).where(runs.c.id == last.round))
    fresh = began is not None and row["started_at"] - began < GOES_ON_WITHIN
    return last.round if fresh or row["mode"] == "backfill" else None


def require_alike(connection: Connection, asked: Mapping[str, Any], living: Collection[int]) -> None:
    """Refuse a worker asked for another crawl than those at work: a list read by one rule is not read by two."""
    at_work = select(runs).where(runs.c.id.in_(living), runs.c.finished_at.is_(None))
    for other in connection.execute(at_work).mappings():
        if any(other[name] != value for name, value in asked.items()):
            raise ArchiveLocked(
                f"workers of another crawl hold it: run {other['id']}, mode={other['mode']}, "
                f"of {other['base_url']}; all workers at work are asked the same"
            )


def close_crashed(connection: Connection, noticed_at: datetime, living: Collection[int] = ()) -> None:
    """Close the rows of runs that never came to their end, killed or cut off with the machine."""
    connection.execute(
        update(runs)
        .where(runs.c.finished_at.is_(None), runs.c.id.not_in(living))
        .values(
            finished_at=noticed_at, outcome="crashed", stop_reason="died; noticed when the next run began"
        )
    )


def end(connection: Connection, run_id: int, row: Mapping[str, Any], found: Sequence[Finding]) -> None:
    """Close a run's row and note its findings."""
    connection.execute(update(runs).where(runs.c.id == run_id).values(row))
    if found:
        lines = [{"run_id": run_id, "position": i} | asdict(line) for i, line in enumerate(found, start=1)]
        connection.execute(findings.insert(), lines)
