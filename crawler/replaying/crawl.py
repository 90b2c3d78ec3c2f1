"""`scrapy crawl` of the replay profile: the runs kept in a folder, again, into an empty archive."""

import argparse
from pathlib import Path

from scrapy.exceptions import UsageError
from scrapy.utils.defer import deferred_from_coro
from sqlalchemy import select

from crawler.commands import crawl
from crawler.plan import CrawlPlan, WrongUse
from crawler.replay import Bodies, Playback, Tape, tapes
from crawler.report import ExitCode
from storage.archive import Archive
from storage.errors import ArchiveError
from storage.models import runs
from storage.warc import DamagedRecord


class Command(crawl.Command):
    """Replay one run, or all of them in order."""

    def short_desc(self) -> str:
        """One line for `scrapy --help`."""
        return "Replay a spider's runs from their captures: -a run=all"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Replay; sets `exitcode` to the worst of the runs' own."""
        if len(args) != 1:
            raise UsageError("name one spider, as in: scrapy crawl nongshang -a run=all", print_help=False)
        assert self.settings is not None
        folder = Path(self.settings["CAPTURE_DIR"])
        try:
            crawler_name = self._named(args[0]).spidercls.name
            kept = tapes(folder)
            chosen = _chosen(kept, opts.spargs, folder)
            archive = Archive.open(self.settings["ARCHIVE_URL"])
            _check_empty(archive)
            bodies = Bodies(kept)
        except WrongUse as error:
            self._refuse(ExitCode.WRONG_USE, error)
        except (ArchiveError, DamagedRecord) as error:
            self._refuse(ExitCode.FAULT, error)
        else:
            self._replay(crawler_name, archive, folder, chosen, bodies)

    def _replay(
        self, spider: str, archive: Archive, folder: Path, chosen: list[Tape], bodies: Bodies
    ) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - importing it earlier would install the wrong one

        async def in_order() -> None:
            try:
                codes = [await self._replay_one(spider, archive, folder, tape, bodies) for tape in chosen]
                self.exitcode = max(codes)
            except (ArchiveError, DamagedRecord) as error:
                self._refuse(ExitCode.FAULT, error)
            finally:
                reactor.stop()  # type: ignore[misc]  # the stub takes a function of the module for a method

        assert self.crawler_process is not None
        self.exitcode = ExitCode.FAULT  # until all came to their end
        reactor.callWhenRunning(lambda: deferred_from_coro(in_order()))
        self.crawler_process.start(stop_after_crawl=False)

    async def _replay_one(
        self, spider: str, archive: Archive, folder: Path, tape: Tape, bodies: Bodies
    ) -> int:
        assert self.crawler_process is not None
        crawler = self._named(spider)
        plan = CrawlPlan.from_arguments(tape.arguments)
        run = crawl.begin_run(archive, crawler, plan, clock=tape.clock, number=tape.run_id)
        playback = Playback.load(archive, folder, tape, bodies)
        await self.crawler_process.crawl(crawler, plan=plan, run=run, playback=playback)
        return crawl.end_run(run, crawler).exit_code


def _chosen(kept: list[Tape], arguments: dict[str, str], folder: Path) -> list[Tape]:
    if set(arguments) != {"run"}:
        raise WrongUse("a replay takes one argument: -a run=all, or the number of a run")
    if not kept:
        raise WrongUse(f"no captures in {folder}")
    chosen = [tape for tape in kept if arguments["run"] in {"all", str(tape.run_id)}]
    if not chosen:
        known = ", ".join(str(tape.run_id) for tape in kept)
        raise WrongUse(f"no captures of run {arguments['run']!r}; known: {known}, all")
    for tape in chosen:
        if tape.incomplete:
            raise WrongUse(f"run {tape.run_id} can't be replayed: {tape.incomplete}")
    return chosen


def _check_empty(archive: Archive) -> None:
    with archive.read() as connection:
        if connection.execute(select(runs.c.id).limit(1)).first() is not None:
            raise WrongUse("a replay needs an empty archive: give a new one with ARCHIVE_URL")
