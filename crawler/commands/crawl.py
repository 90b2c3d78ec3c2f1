"""`scrapy crawl`, with the run's verdict as its exit code.

Scrapy's own command ends with 0 even when every callback failed; a scheduler
needs to know. The codes are listed in docs/operations.md.
"""

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from crawler.faults import START_FAILED
from crawler.outlets import tell
from crawler.plan import CrawlPlan, WrongUse
from crawler.report import ExitCode, Report, code_of, show
from crawler.spiders.base import SiteSpider
from storage.archive import Archive
from storage.captures import open_folder
from storage.database import parse_url
from storage.errors import ArchiveError
from storage.ledger import Scope
from storage.removal import sweep
from storage.run import Run, now


class Command(ScrapyCrawl):
    """Check the arguments, open the archive, crawl, report."""

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Run a spider and end with the run's verdict as exit code"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the spider named in `args`; sets `exitcode`, prints one line for anything a user can cause."""
        if len(args) != 1:
            raise UsageError("name one spider, as in: scrapy crawl nongshang", print_help=False)
        assert self.settings is not None
        try:
            plan = CrawlPlan.from_arguments(opts.spargs, base_url=self.settings["NONGSHANG_BASE_URL"])
            crawler = self._named(args[0])
            lease = _lease(self.settings)
            with (
                Archive.open(self.settings["ARCHIVE_URL"]) as archive,
                archive.among_workers() if lease else archive.one_run(),
            ):
                folder = open_folder(Path(self.settings["CAPTURE_DIR"]))
                if lease is None:
                    sweep(archive, folder, now())
                self.exitcode = self._crawl(crawler, plan, archive)
        except WrongUse as error:
            self._refuse(ExitCode.WRONG_USE, error)
        except ArchiveError as error:
            self._refuse(code_of(error), error)

    def _named(self, name: str) -> Crawler:
        try:
            return self._create_crawler(name)
        except KeyError:
            assert self.crawler_process is not None
            known = ", ".join(self.crawler_process.spider_loader.list())
            raise WrongUse(f"unknown spider {name!r}; known: {known}") from None

    def _refuse(self, code: "ExitCode", error: Exception) -> None:
        print(f"scrapy crawl: {error}", file=sys.stderr)  # noqa: T201 - the command's one line
        self.exitcode = code

    def _crawl(self, crawler: Crawler, plan: CrawlPlan, archive: Archive) -> int:
        assert self.crawler_process is not None
        interrupts = _Interrupts(crawler)
        logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_without_traceback)
        run = begin_run(archive, crawler, plan)
        self.crawler_process.crawl(crawler, plan=plan, run=run)
        self.crawler_process.start()
        crawler.stats.set_value(START_FAILED, self.crawler_process.bootstrap_failed)
        report = end_run(run, crawler, interrupted=interrupts.by_keyboard)
        tell(report, crawler.settings)
        return report.exit_code


def _lease(settings: BaseSettings) -> timedelta | None:
    """How long a worker holds an address; None where a run crawls alone.

    Raises:
        WrongUse: the archive takes one run at a time, or the setting is no number.
    """
    try:
        seconds = settings.getfloat("LEASE_SECONDS")
    except ValueError:
        raise WrongUse(f"LEASE_SECONDS={settings['LEASE_SECONDS']!r} is not a number of seconds") from None
    if seconds <= 0:
        return None
    if parse_url(settings["ARCHIVE_URL"]).get_backend_name() != "postgresql":
        raise WrongUse(
            "the distributed profile needs an archive in PostgreSQL, ARCHIVE_URL=postgresql://…; "
            "one in SQLite takes a single run at a time"
        )
    return timedelta(seconds=seconds)


def begin_run(
    archive: Archive,
    crawler: Crawler,
    plan: CrawlPlan,
    *,
    clock: Callable[[], datetime] = now,
    number: int | None = None,
) -> Run:
    """Enter a run; one that is replayed has the clock of its captures and keeps its number."""
    return Run.begin(
        archive,
        spider=crawler.spidercls.name,
        mode=plan.mode,
        base_url=plan.base_url,
        arguments=plan.scope,
        scope=Scope(plan.since, plan.until, plan.sections),
        clock=clock,
        number=number,
        lease=_lease(crawler.settings),
    )


def end_run(run: Run, crawler: Crawler, *, interrupted: bool = False) -> Report:
    """Judge a run, store its report and print it."""
    spider = crawler.spider
    stops, whole = (spider.stops, spider.plan.is_whole) if isinstance(spider, SiteSpider) else ({}, False)
    whole = whole and run.lease is None  # a worker sees its share only
    report = Report.of(run, crawler.stats.get_stats(), stops, whole=whole, interrupted=interrupted)
    show(report)
    run.finish(
        report.outcome,
        report.exit_code,
        report.stop_reason,
        report.as_stats(),
        report.findings,
        complete=report.complete,
    )
    return report


def _without_traceback(record: logging.LogRecord) -> bool:
    """A site that does not answer is no defect of ours: one line says it."""
    record.exc_info = None
    return True


class _Interrupts:
    """Remembers whether a person pressed Ctrl-C: SIGTERM is a scheduler's orderly end, SIGINT is not."""

    def __init__(self, crawler: Crawler) -> None:
        self.by_keyboard = False
        # Scrapy installs its own handlers when the reactor starts, so ours goes round them after that.
        crawler.signals.connect(self._watch, signal=signals.engine_started)

    def _watch(self) -> None:
        handle = signal.getsignal(signal.SIGINT)

        def note(signum: int, frame: FrameType | None) -> None:
            self.by_keyboard = True
            if callable(handle):
                handle(signum, frame)

        signal.signal(signal.SIGINT, note)
