"""Kill the job at random instants, start it again until it is done, and compare with one left in peace."""

import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.demosite import Catalogue, Site
from tests.host import Host, hosting
from tests.job import crawl, rows, start

TABLES = (
    "articles",
    "contributors",
    "attachments",
    "copies",
    "revisions",
    "sources",
    "source_aliases",
    "ledger",
    "rejections",
)

OWN_CLOCK = frozenset(
    (
        "first_seen_at",
        "last_seen_at",
        "seen_at",
        "discovered_at",
        "next_at",
        "changed_at",
        "gone_at",
        "resolved_at",
        # Which run it was, and which of the responses kept: a crawl in pieces has more of both.
        "run_id",
        "discovered_in",
        "capture_id",
    )
)
"""Columns that say when we looked, not what we saw."""


def content(archive: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of the archive, less the columns of our own clock."""
    return {
        table: [
            {name: row[name] for name in row.keys() if name not in OWN_CLOCK}  # noqa: SIM118 - sqlite3.Row
            for row in rows(archive, f"SELECT * FROM {table} ORDER BY 1, 2")
        ]
        for table in TABLES
    }


@dataclass
class Survival:
    """What became of one archive whose crawl was cut off again and again."""

    kills: int = 0
    refetched: Counter[str] = field(default_factory=Counter)
    """Pages asked for more often than once, and how often too many."""

    differences: list[str] = field(default_factory=list)
    """Tables that are not as in the crawl left in peace."""

    @property
    def is_flawless(self) -> bool:
        """Nothing lost, nothing twice, and no more fetched anew than a kill can cost."""
        # robots.txt and the home page are asked for by every run; a kill costs the page in flight, or
        # the parts in flight of an article of several pages.
        whole = sum(
            too_many
            for path, too_many in self.refetched.items()
            if path not in {"/", "/robots.txt"} and "_" not in path
        )
        return not self.differences and whole <= self.kills


@dataclass
class Killer:
    """Runs crawls of the demo site and cuts them off."""

    host: Host
    folder: Path
    luck: random.Random
    signals: tuple[signal.Signals, ...] = (signal.SIGKILL,)

    def __post_init__(self) -> None:
        """Crawl once in peace, for comparison."""
        archive = self.folder / "peace.db"
        began = time.monotonic()
        finished = crawl(archive, *self._arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        (row,) = rows(archive, "SELECT json_extract(stats, '$.seconds') AS seconds FROM runs")
        self.whole, self.crawling = time.monotonic() - began, float(row["seconds"])
        self.expected = content(archive)
        self.once = Counter(self.host.asked())

    @property
    def _arguments(self) -> tuple[str, ...]:
        return ("-a", f"base_url={self.host.url}")

    def torment(self, most_kills: int) -> Survival:
        """One archive from nothing to complete."""
        archive = Path(tempfile.mkdtemp(dir=self.folder)) / "archive.db"
        survival = Survival()
        self.host.forget()
        while survival.kills < most_kills and not _is_complete(archive):
            survival.kills += self._cut_off(archive)
        if not _is_complete(archive):
            finished = crawl(archive, *self._arguments)
            if finished.returncode != 0:
                survival.differences.append(f"exit code {finished.returncode}: {finished.stdout}")
        survival.refetched = Counter(self.host.asked()) - self.once
        found = content(archive)
        survival.differences += [table for table in TABLES if found[table] != self.expected[table]]
        return survival

    def _cut_off(self, archive: Path) -> bool:
        """Start the job and end it at a random instant; False if it was faster."""
        begun = _runs(archive)
        with start(archive, *self._arguments) as job:
            if self.luck.random() < 0.2:  # anywhere: starting up, making the tables
                self._wait(job, self.luck.uniform(0, self.whole))
            else:  # while it crawls
                while job.poll() is None and _runs(archive) == begun:
                    time.sleep(0.005)
                self._wait(job, self.luck.uniform(0, self.crawling * 0.7))
            if job.poll() is None:
                for number in self.signals:
                    os.kill(job.pid, number)
                    self._wait(job, 0.05)
            job.communicate(timeout=60)
        return job.returncode != 0

    @staticmethod
    def _wait(job: subprocess.Popen, seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            job.wait(seconds)


def _runs(archive: Path) -> int:
    return _count(archive, "SELECT count(*) FROM runs")


def _is_complete(archive: Path) -> bool:
    """Whether a run came to its end; a kill may come after that, and the next run is a crawl of its own."""
    return _count(archive, "SELECT count(*) FROM runs WHERE complete") > 0


def _count(archive: Path, query: str) -> int:
    try:
        return rows(archive, query)[0][0]
    except sqlite3.OperationalError:  # the archive is not made yet
        return 0


def run(points: int = 200, seed: int = 1) -> bool:
    """The part of `make soak`: as many kills as asked for."""
    luck = random.Random(seed)
    kills = 0
    with tempfile.TemporaryDirectory() as folder, hosting(Site(Catalogue.load()).files()) as host:
        killer = Killer(host, Path(folder), luck)
        while kills < points:
            survival = killer.torment(min(luck.randint(1, 12), points - kills))
            kills += survival.kills
            print(f"kills: {kills} of {points}, fetched anew {survival.refetched.total()}")
            if not survival.is_flawless:
                print(f"kills: FAILED (seed {seed}): {survival}")
                return False
    print(f"kills: {kills} kills, every archive equals that of a crawl left in peace")
    return True
