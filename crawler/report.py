"""What a run did, and whether it may be trusted: one row of `runs`, one table for the operator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from crawler.faults import ARCHIVE_FAULT, PAGES_RAISED
from storage.article import Finding
from storage.run import Run

Outcome = Literal["healthy", "red", "fault", "interrupted"]


class ExitCode(IntEnum):
    """Exit codes of `scrapy crawl` and the command line; a promise to schedulers."""

    HEALTHY = 0
    FAULT = 1
    WRONG_USE = 2
    RED = 3
    LOCKED = 75
    INTERRUPTED = 130


_CODES: dict[Outcome, ExitCode] = {
    "healthy": ExitCode.HEALTHY,
    "red": ExitCode.RED,
    "fault": ExitCode.FAULT,
    "interrupted": ExitCode.INTERRUPTED,
}


@dataclass(frozen=True, slots=True)
class Report:
    """One run, counted. All counts are of URLs."""

    run_id: int
    outcome: Outcome
    stop_reason: str
    """How the crawl ended, and behind it why each list was not read further."""

    complete: bool
    """False of a crawl that was cut off: the next run goes on with it."""

    findings: tuple[Finding, ...]
    """What is wrong and what to look at; empty for a healthy run."""

    seconds: float
    responses: int
    tally: Mapping[str, int] = field(default_factory=dict)
    """`articles:new`, `stored`, `refused:no-body`, …: see `storage.run.Run.tally`."""

    @classmethod
    def of(
        cls,
        run: Run,
        stats: Mapping[str, Any],
        stops: Mapping[str, str] = MappingProxyType({}),
        *,
        interrupted: bool = False,
    ) -> "Report":
        """Judge a run by what it stored and by what Scrapy counted.

        Args:
            run: the run.
            stats: Scrapy's counts.
            stops: why each list was not read further, by its address.
            interrupted: whether a person stopped it.
        """
        # A second signal leaves Scrapy no time to say why it ended.
        ended = str(stats.get("finish_reason", "cut off"))
        outcome, findings = _judge(run, stats, interrupted=interrupted or ended == "cut off")
        return cls(
            run_id=run.id,
            outcome=outcome,
            stop_reason="; ".join([ended, *(f"{url}: {reason}" for url, reason in stops.items())]),
            complete=ended == "finished" and outcome != "fault",
            findings=findings,
            seconds=float(stats.get("elapsed_time_seconds", 0.0)),
            responses=int(stats.get("response_received_count", 0)),
            tally=dict(sorted(run.tally.items())),
        )

    @classmethod
    def of_row(cls, row: Any, findings: tuple[Finding, ...]) -> "Report":
        """The report of a finished run, from its row of `runs`."""
        return cls(
            run_id=row.id,
            outcome=row.outcome,
            stop_reason=row.stop_reason,
            complete=row.complete,
            findings=findings,
            seconds=row.stats.get("seconds", 0.0),
            responses=row.stats.get("responses", 0),
            tally=row.stats.get("tally", {}),
        )

    @property
    def exit_code(self) -> int:
        """The code `scrapy crawl` ends with."""
        return int(_CODES[self.outcome])

    def as_stats(self) -> dict[str, Any]:
        """What is stored in `runs.stats`."""
        return {
            "seconds": self.seconds,
            "responses": self.responses,
            "tally": dict(self.tally),
        }


def _judge(run: Run, stats: Mapping[str, Any], *, interrupted: bool) -> tuple[Outcome, tuple[Finding, ...]]:
    if unreachable := stats.get("site/unreachable"):
        return "fault", (Finding("red", f"the site could not be read: {unreachable}"),)
    if fault := stats.get(ARCHIVE_FAULT):
        return "fault", (Finding("red", f"the archive could not be used: {fault}"),)
    findings = tuple(_findings(run, stats))
    if interrupted:
        return "interrupted", findings
    return ("red" if findings else "healthy"), findings


def _findings(run: Run, stats: Mapping[str, Any]) -> Iterator[Finding]:
    if errors := stats.get(PAGES_RAISED):
        yield Finding("red", f"{errors} pages raised an error nobody expected; the log names them")
    if stats.get("finish_reason") == "finished" and (left := run.open_count()):
        yield Finding(
            "red", f"the ledger does not add up: {left} addresses were found and never answered for"
        )
    if not run.holds_articles():
        yield Finding(
            "red", "no article was found; `nongshang read URL` shows how a page of the site is read"
        )


def show(report: Report, console: Console | None = None) -> None:
    """Print the final table, a line a count."""
    table = Table(title=f"Run {report.run_id}: {report.outcome}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("pages fetched", str(report.responses))
    for name, count in report.tally.items():
        table.add_row(name.replace(":", ": "), str(count))
    table.add_row("time", f"{report.seconds:.1f} s")
    ended, *lists = report.stop_reason.split("; ")
    table.add_row("stopped because", ended)
    console = console or Console()
    console.print(table)
    for line in lists:
        console.print(f"  {line}", markup=False, soft_wrap=True)
    for finding in report.findings:
        console.print(f"! {finding.finding}", markup=False)
