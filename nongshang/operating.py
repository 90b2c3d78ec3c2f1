"""`nongshang report`, `runs`, `rejections`: what the job did."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection, RowMapping, func, select

from crawler.report import Report, html, show
from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from nongshang.terminal import harmless
from storage.article import Finding
from storage.models import findings, rejections
from storage.models import runs as runs_table

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def report(
    run: Annotated[int | None, typer.Argument(help="Number of the run; the last one, if not given.")] = None,
    *,
    page: Annotated[Path | None, typer.Option("--html", help="Write it as a web page instead.")] = None,
    as_json: AsJson = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Show the report of a run."""
    told = _report(run, archive)
    if told is None:
        return
    if page:
        _write_page(page, told)
    elif as_json:
        _print_line(
            {
                "run": told.run_id,
                "outcome": told.outcome,
                "stop_reason": told.stop_reason,
                **told.as_stats(),
                "findings": [_as_line(finding) for finding in told.findings],
            }
        )
    else:
        show(told)


def _report(run: int | None, archive: str) -> Report | None:
    query = select(runs_table).order_by(runs_table.c.id.desc()).limit(1)
    if run is not None:
        query = query.where(runs_table.c.id == run)
    with open_for_reading(archive) as opened, opened.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            refuse(
                "the archive holds no run yet"
                if run is None
                else f"there is no run {run}; `nongshang runs` lists them"
            )
        found = _findings(connection, row.id)
    if row.finished_at is None:
        print(f"run {row.id} began at {row.started_at.isoformat()} and is not finished", file=sys.stderr)
        return None
    return Report.of_row(row, found)


def _findings(connection: Connection, run_id: int) -> tuple[Finding, ...]:
    query = select(findings).where(findings.c.run_id == run_id).order_by(findings.c.position)
    return tuple(
        Finding(
            line["verdict"],
            line["finding"],
            line["old"],
            line["new"],
            line["sample_url"],
            line["subject"],
        )
        for line in connection.execute(query).mappings()
    )


def _as_line(finding: Finding) -> dict[str, str | None]:
    names = ("verdict", "subject", "finding", "old", "new", "sample_url")
    return {name: getattr(finding, name) for name in names}


def _write_page(page: Path, told: Report) -> None:
    try:
        page.write_text(html(told), "utf-8")
    except OSError as error:
        refuse(f"{page} can't be written: {error.strerror}")


def runs(
    *,
    limit: Annotated[int, typer.Option(min=1, help="Runs at most.")] = 20,
    as_json: AsJson = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """List the last runs, newest first."""
    counted = (
        select(func.count()).where(findings.c.run_id == runs_table.c.id).scalar_subquery().label("findings")
    )
    query = select(runs_table, counted).order_by(runs_table.c.id.desc()).limit(limit)
    with open_for_reading(archive) as opened, opened.read() as connection:
        lines = [_run_line(row) for row in connection.execute(query).mappings()]
    _print_lines(lines, as_json=as_json, nothing="the archive holds no run yet", printer=_print_runs)


def _run_line(row: RowMapping) -> dict[str, Any]:
    tally: dict[str, int] = row["stats"].get("tally", {})
    return {
        "run": row["id"],
        "started_at": row["started_at"].isoformat(timespec="seconds"),
        "mode": row["mode"],
        "outcome": row["outcome"] or "running",
        "exit_code": row["exit_code"],
        "new": tally.get("articles:new", 0),
        "revised": tally.get("articles:revision", 0),
        "refused": sum(count for name, count in tally.items() if name.startswith("refused:")),
        "findings": row["findings"],
        "stop_reason": row["stop_reason"],
    }


def list_rejections(  # noqa: PLR0913 - one an option
    *,
    reason: Annotated[str | None, typer.Option(help="Only those refused for this reason.")] = None,
    run: Annotated[int | None, typer.Option(help="Only those of this run.")] = None,
    resolved: Annotated[bool, typer.Option("--all", help="Also those that were stored since.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Pages at most.")] = 50,
    as_json: AsJson = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """List the pages that were refused, newest first, each with the command that shows how it is read."""
    query = select(rejections).order_by(rejections.c.seen_at.desc(), rejections.c.url).limit(limit)
    if reason is not None:
        query = query.where(rejections.c.reason == reason)
    if run is not None:
        query = query.where(rejections.c.run_id == run)
    if not resolved:
        query = query.where(rejections.c.resolved_at.is_(None))
    with open_for_reading(archive) as opened, opened.read() as connection:
        if (
            run is not None
            and connection.scalar(select(runs_table.c.id).where(runs_table.c.id == run)) is None
        ):
            refuse(f"there is no run {run}; `nongshang runs` lists them")
        lines = [_rejection_line(row) for row in connection.execute(query).mappings()]
    _print_lines(lines, as_json=as_json, nothing="no page is refused", printer=_print_rejections)


def _rejection_line(row: RowMapping) -> dict[str, Any]:
    return {
        "seen_at": row["seen_at"].isoformat(timespec="seconds"),
        "run": row["run_id"],
        "stage": row["stage"],
        "reason": row["reason"],
        "detail": row["detail"],
        "url": row["url"],
        "capture": row["capture_id"],
        "resolved_at": row["resolved_at"] and row["resolved_at"].isoformat(timespec="seconds"),
    }


def _print_lines(
    lines: list[dict[str, Any]],
    *,
    as_json: bool,
    nothing: str,
    printer: Callable[[list[dict[str, Any]]], None],
) -> None:
    if as_json:
        for line in lines:
            _print_line(line)
    elif lines:
        printer(lines)
    else:
        print(nothing)


_COLUMNS = {
    "run": 5,
    "started": 17,
    "mode": 12,
    "outcome": 12,
    "new": 6,
    "revised": 8,
    "refused": 8,
    "findings": 8,
}
"""Of the list of runs, with their widths: less than a terminal has."""


def _print_runs(lines: list[dict[str, Any]]) -> None:
    print("".join(f"{name:<{width}}" for name, width in _COLUMNS.items()))
    for line in lines:
        told = line | {"started": line["started_at"][:16].replace("T", " ")}
        print("".join(f"{told[name]!s:<{width}}" for name, width in _COLUMNS.items()).rstrip())
    print("\nnongshang report RUN tells all about one of them")


def _print_rejections(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        look = (
            f"nongshang read capture:{line['capture']}"
            if line["capture"]
            else f"nongshang read {line['url']}"
        )
        detail = harmless(line["detail"]).replace("\n", " ")
        print(f"{line['seen_at'][:16].replace('T', ' ')}  run {line['run']}  {line['reason']}: {detail}")
        print(f"    {harmless(line['url'])}\n    {look}")


def _print_line(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
