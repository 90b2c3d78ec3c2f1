"""`nongshang report`: what a run did."""

import sys
from typing import Annotated

import typer
from sqlalchemy import select

from crawler.report import Report, show
from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from storage.article import Finding
from storage.models import findings, runs


def report(
    run: Annotated[int | None, typer.Argument(help="Number of the run; the last one, if not given.")] = None,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Show the report of a run."""
    query = select(runs).order_by(runs.c.id.desc()).limit(1)
    if run is not None:
        query = query.where(runs.c.id == run)
    with open_for_reading(archive) as opened, opened.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            refuse("the archive holds no run yet" if run is None else f"there is no run {run}")
        lines = connection.execute(
            select(findings).where(findings.c.run_id == row.id).order_by(findings.c.position)
        ).mappings()
        found = tuple(
            Finding(line["verdict"], line["finding"], line["old"], line["new"], line["sample_url"])
            for line in lines
        )
    if row.finished_at is None:
        print(f"run {row.id} began at {row.started_at.isoformat()} and is not finished", file=sys.stderr)
        return
    show(Report.of_row(row, found))
