"""`nongshang runs`: what the job did, run after run."""

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from storage.models import runs as table


def runs(
    *,
    limit: Annotated[int, typer.Option(min=1, help="Runs at most.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """List the runs, the latest first."""
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    with open_for_reading(archive) as opened, opened.read() as connection:
        found = [dict(row) for row in connection.execute(query).mappings()]
    if as_json:
        for run in found:
            sys.stdout.write(json.dumps(run, ensure_ascii=False, default=str) + "\n")
    elif found:
        _show(found)
    else:
        print("the archive holds no run yet")


def _show(found: list[dict[str, Any]]) -> None:
    listed = Table("run", "mode", "began", "outcome", "code", "new", "edited", "stopped because", box=None)
    for run in found:
        tally = run["stats"].get("tally", {})
        listed.add_row(
            str(run["id"]) + (f" (goes on with {run['round']})" if run["round"] != run["id"] else ""),
            run["mode"],
            run["started_at"].isoformat(sep=" ", timespec="minutes"),
            run["outcome"] or "not finished",
            "" if run["exit_code"] is None else str(run["exit_code"]),
            str(tally.get("articles:new", 0)),
            str(tally.get("articles:revision", 0)),
            (run["stop_reason"] or "").split("; ")[0],
        )
    Console(soft_wrap=True).print(listed)
