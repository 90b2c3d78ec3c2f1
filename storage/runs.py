"""One row a run, from its first second on: a run that dies leaves a row that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from storage.article import Finding
from storage.models import findings, runs


def begin(
    connection: Connection, *, spider: str, mode: str, started_at: datetime, base_url: str | None
) -> int:
    """Enter a run that starts now; returns its number."""
    row: dict[str, Any] = {
        "spider": spider,
        "mode": mode,
        "base_url": base_url,
        "started_at": started_at,
        "stats": {},
    }
    number: int = connection.execute(runs.insert().values(row).returning(runs.c.id)).scalar_one()
    return number


def close_crashed(connection: Connection, noticed_at: datetime) -> None:
    """Close the rows of runs that never came to their end, killed or cut off with the machine."""
    connection.execute(
        update(runs)
        .where(runs.c.finished_at.is_(None))
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
