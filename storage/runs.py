"""One row a run, from its first second on: a run that dies leaves a row that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.article import Finding
from storage.models import findings, runs


def begin(connection: Connection, row: Mapping[str, Any], number: int | None = None) -> int:
    """Enter a run that starts now; returns its number, the next one unless it is given."""
    given = {} if number is None else {"id": number}
    entry = runs.insert().values({**row, "stats": {}, **given}).returning(runs.c.id)
    entered: int = connection.execute(entry).scalar_one()
    if given and connection.dialect.name == "postgresql":
        # PostgreSQL counts apart from the column, and would give a number taken here a second time.
        connection.execute(select(func.setval(func.pg_get_serial_sequence("runs", "id"), entered)))
    return entered


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
