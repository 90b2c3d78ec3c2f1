"""What a run did, and whether it may be trusted: one row of `runs`, one page for the operator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from io import StringIO
from types import MappingProxyType
from typing import Any, Literal

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection

from crawler import health
from crawler.faults import ARCHIVE_FAULT, LEFT_ALONE, PAGES_RAISED, START_FAILED
from crawler.health import Share
from crawler.observer import SAME_PAGE, SKEW, WAITING
from storage.article import Finding
from storage.errors import ArchiveError, ArchiveLocked, ArchiveMisnamed
from storage.health import FIELDS, PAST_RUNS, Facts, Observed, capture_of, measure, past, sample
from storage.run import Run

Outcome = Literal["healthy", "amber", "red", "fault", "interrupted"]


class ExitCode(IntEnum):
    """Exit codes of `scrapy crawl` and the command line; a promise to schedulers."""

    HEALTHY = 0
    FAULT = 1
    WRONG_USE = 2
    RED = 3
    LOCKED = 75
    INTERRUPTED = 130


def code_of(error: ArchiveError) -> ExitCode:
    """The code to end with where an archive can't be used."""
    if isinstance(error, ArchiveLocked):
        return ExitCode.LOCKED
    return ExitCode.WRONG_USE if isinstance(error, ArchiveMisnamed) else ExitCode.FAULT


_CODES: dict[Outcome, ExitCode] = {
    "healthy": ExitCode.HEALTHY,
    "amber": ExitCode.HEALTHY,
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

    complete: bool = True
    """False of a crawl that was cut off: the next run goes on with it."""

    findings: tuple[Finding, ...] = ()
    """What is wrong and what to look at; empty for a healthy run."""

    seconds: float = 0.0
    requests: int = 0
    responses: int = 0
    bytes: int = 0
    waiting: float = 0.0
    """Seconds the site let us wait for its answers, all requests together."""

    tally: Mapping[str, int] = field(default_factory=dict)
    """`articles:new`, `stored`, `refused:no-body`, …: see `storage.run.Run.tally`."""

    coverage: Mapping[str, tuple[Share, Share]] = field(default_factory=dict)
    """For each field the share of articles that state it: in this run, and in the runs before."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    """What later runs are held against: `storage.health.Facts`."""

    @classmethod
    def of(
        cls,
        run: Run,
        stats: Mapping[str, Any],
        stops: Mapping[str, str] = MappingProxyType({}),
        *,
        whole: bool = True,
        interrupted: bool = False,
    ) -> "Report":
        """Judge a run by what it stored and by what Scrapy counted.

        Args:
            run: the run, not finished yet.
            stats: Scrapy's counts.
            stops: why each list was not read further, by its address.
            whole: whether the run was asked to look everywhere.
            interrupted: whether a person ended it.
        """
        # A second signal leaves Scrapy no time to say why it ended.
        ended = str(stats.get("finish_reason", "cut off"))
        facts, before, drift = _held_against_past(run, stats, whole=whole and ended == "finished")
        outcome, findings = _judge(run, stats, drift, interrupted=interrupted or ended == "cut off")
        return cls(
            run_id=run.id,
            outcome=outcome,
            stop_reason="; ".join([ended, *(f"{url}: {reason}" for url, reason in stops.items())]),
            complete=ended == "finished" and outcome != "fault",
            findings=findings,
            tally=dict(sorted(run.tally.items())),
            coverage=_coverage(facts, before),
            facts=facts.to_stats(),
            **_counts(stats),
        )

    @classmethod
    def of_row(cls, row: Any, findings: tuple[Finding, ...]) -> "Report":
        """The report of a finished run, from its row of `runs`."""
        kept: Mapping[str, Any] = row.stats
        return cls(
            run_id=row.id,
            outcome=row.outcome,
            stop_reason=row.stop_reason,
            complete=row.complete,
            findings=findings,
            coverage={
                name: (Share(*now), Share(*usual)) for name, (now, usual) in kept.get("coverage", {}).items()
            },
            **{name: kept[name] for name in (*_COUNTED, "tally", "facts") if name in kept},
        )

    @property
    def exit_code(self) -> int:
        """The code `scrapy crawl` ends with."""
        return int(_CODES[self.outcome])

    def as_stats(self) -> dict[str, Any]:
        """What is stored in `runs.stats`."""
        return {
            **{name: getattr(self, name) for name in _COUNTED},
            "tally": dict(self.tally),
            "coverage": {
                name: [[share.part, share.whole] for share in shares]
                for name, shares in self.coverage.items()
            },
            "facts": dict(self.facts),
        }

    def count(self, prefix: str) -> int:
        """The sum of the counts whose name begins so."""
        return sum(count for name, count in self.tally.items() if name.startswith(prefix))


_COUNTED = ("seconds", "requests", "responses", "bytes", "waiting")


def _counts(stats: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "seconds": float(stats.get("elapsed_time_seconds", 0.0)),
        "requests": int(stats.get("downloader/request_count", 0)),
        "responses": int(stats.get("response_received_count", 0)),
        "bytes": int(stats.get("downloader/response_bytes", 0)),
        "waiting": round(float(stats.get(WAITING, 0.0)), 1),
    }


def _held_against_past(
    run: Run, stats: Mapping[str, Any], *, whole: bool
) -> tuple[Facts, list[Facts], list[Finding]]:
    if ARCHIVE_FAULT in stats:  # nothing can be measured on an archive that can't be used
        return Facts(run.id, run.began), [], []
    with run.archive.read() as connection:
        facts = measure(connection, run.id, _observed(run, stats, whole=whole))
        before = past(connection, run.id)
        drift = [_with_sample(connection, run.id, finding) for finding in health.judge(facts, before)]
    return facts, before, drift


def _observed(run: Run, stats: Mapping[str, Any], *, whole: bool) -> Observed:
    return Observed(
        tally=run.tally,
        lists=run.lists,
        dated=run.dated,
        whole=whole,
        skew=stats.get(SKEW),
        same_page=stats.get(SAME_PAGE, (0, 0)),
    )


def _coverage(facts: Facts, before: list[Facts]) -> dict[str, tuple[Share, Share]]:
    def stated(name: str, *runs: Facts) -> Share:
        shares = (Share(each.parts.get(f"field:{name}", 0), each.articles) for each in runs)
        return sum(shares, Share(0, 0))

    return {name: (stated(name, facts), stated(name, *before[-PAST_RUNS:])) for name in FIELDS}


_LOOK = {
    "section": "nongshang gaps",
    "age": "nongshang gaps",
    "entries": "nongshang doctor",
    "same-page": "nongshang doctor",
    "clock": "nongshang doctor",
    "clock-skew": "nongshang doctor",
}
"""What to type where no single page shows it, by the first word of the subject."""


def _with_sample(connection: Connection, run_id: int, finding: Finding) -> Finding:
    """With a page that shows it, and what to type to see how that page was read."""
    subject = finding.subject or ""
    url = sample(connection, run_id, subject) or finding.sample_url
    look = _LOOK.get(subject.partition(":")[0])
    if url:
        kept = capture_of(connection, run_id, url)
        look = f"nongshang read {f'capture:{kept}' if kept else url}"
    told = "; ".join(
        [finding.finding, *([f"for one {url}"] if url else ()), *([f"look: {look}"] if look else ())]
    )
    return replace(finding, finding=told, sample_url=url)


def _judge(
    run: Run, stats: Mapping[str, Any], drift: list[Finding], *, interrupted: bool
) -> tuple[Outcome, tuple[Finding, ...]]:
    if unreachable := stats.get("site/unreachable"):
        said = f"the site could not be read: {unreachable}; look: nongshang doctor"
        return "fault", (Finding("red", said),)
    if fault := stats.get(ARCHIVE_FAULT):
        return "fault", (Finding("red", f"the archive could not be used: {fault}"),)
    if stats.get(START_FAILED):
        return "fault", (Finding("red", "the run could not start; the log says why"),)
    findings = (*_findings(run, stats), *drift)
    if interrupted:
        return "interrupted", findings
    verdicts = {finding.verdict for finding in findings}
    return next((verdict for verdict in ("red", "amber") if verdict in verdicts), "healthy"), findings


def _findings(run: Run, stats: Mapping[str, Any]) -> Iterator[Finding]:
    if errors := stats.get(PAGES_RAISED):
        said = f"{errors} pages raised an error nobody expected; the log names them"
        yield Finding("red", said, subject="errors")
    if missing := stats.get("replay/missing"):
        said = f"{missing} pages were asked for that the run did not keep; the log names them"
        yield Finding("red", said, subject="replay")
    if stats.get("finish_reason") == "finished" and (left := run.unanswered_count()):
        said = f"the ledger does not add up: {left} addresses were found and never answered for; look: nongshang verify"
        yield Finding("red", said, subject="ledger")
    if busy := stats.get(LEFT_ALONE):
        yield Finding("amber", f"the site is busy and asked to be left alone: {busy}", subject="busy")
    if stats.get("finish_reason") != "shutdown" and not run.holds_articles():
        said = "no article was found; `nongshang read URL` shows how a page of the site is read"
        yield Finding("red", said, subject="nothing")


def show(report: Report, console: Console | None = None) -> None:
    """Print the report: counts, coverage, findings."""
    (console or Console()).print(_page(report))


def html(report: Report) -> str:
    """The report as a web page of its own."""
    console = Console(record=True, file=StringIO(), width=120)
    show(report, console)
    return console.export_html(inline_styles=True)


def _page(report: Report) -> Group:
    findings = (Text(f"! {finding.verdict}: {finding.finding}") for finding in report.findings)
    following = (Text(f"next: {line}") for line in _next(report))
    parts = [_counts_table(report), *([_coverage_table(report)] if report.facts.get("articles") else ())]
    _, *lists = report.stop_reason.split("; ")
    return Group(*parts, *(Text(f"  {line}") for line in lists), *findings, *following)


def _next(report: Report) -> Iterator[str]:
    """What there is to do about a run, findings aside."""
    if report.count("refused:"):
        yield f"nongshang rejections --run {report.run_id} names the pages refused"
    if not report.complete:
        yield "the run was cut short; the next one of the same mode and arguments goes on with it"


def _counts_table(report: Report) -> Table:
    table = Table(title=f"Run {report.run_id}: {report.outcome}", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in _lines(report):
        table.add_row(Text(name), Text(value))
    return table


_SAID_ALREADY = {"stored:new", "stored:revision", "unchanged:unchanged", "copy:same", "copy:near"}
"""How the ledger calls what is counted as `articles: …`."""


def _lines(report: Report) -> Iterator[tuple[str, str]]:
    yield "pages fetched", str(report.responses)
    yield "requests", str(report.requests)
    for name, count in report.tally.items():
        if name in _SAID_ALREADY:
            continue
        yield name.replace(":", ": "), str(count)
    yield "bytes", f"{report.bytes:,}"
    yield "waited for the site", f"{report.waiting:.1f} s"
    yield "time", f"{report.seconds:.1f} s"
    yield "stopped because", report.stop_reason.partition("; ")[0]


def _coverage_table(report: Report) -> Table:
    table = Table("field", title="Stated", title_justify="left")
    for title in ("this run", f"{PAST_RUNS} runs before"):
        table.add_column(title, justify="right")
    for name, (now, usual) in report.coverage.items():
        table.add_row(name, str(now), str(usual) if usual.whole else "–")
    return table
