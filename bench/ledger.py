"""What the ledger costs: its share of the CPU of a whole crawl, by profile."""

import os
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.result import Result
from nongshang.demo import ROOT
from tests.demosite import Catalogue, Site
from tests.host import hosting

REPEATS = 5

KEEPING = {
    "run.py": {"next_url", "answered", "open_count"},
    "ledger.py": {
        "discover",
        "close",
        "retry",
        "reopen",
        "reopen_lists",
        "check_later",
        "found_before",
        "entry",
        "take_up",
    },
}
"""The functions that do nothing but keep the ledger; none calls another of them at any length."""


def run() -> list[Result]:
    """The ledger's share of a crawl of the demo site into an empty archive, and of a second one."""
    with tempfile.TemporaryDirectory() as folder, hosting(Site(Catalogue.load()).files()) as host:
        shares = [_shares(Path(folder) / str(number), host.url) for number in range(REPEATS)]
    names = ("first crawl", "second crawl, nothing new")
    return [
        Result(
            name=f"ledger's share of the job's CPU: {name}",
            ratio=median(column),
            spread=max(column) - min(column),
            median=median(column),
            what="CPU in the ledger, by cProfile, against CPU of the crawl; at most 0.10",
        )
        for name, column in zip(names, zip(*shares, strict=True), strict=True)
    ]


def _shares(folder: Path, base_url: str) -> tuple[float, float]:
    folder.mkdir()
    return _share(folder, base_url, "first"), _share(folder, base_url, "second")


def _share(folder: Path, base_url: str, name: str) -> float:
    stats = folder / name
    # The job's own time is wanted, not the server's, which here answers from the same two cores.
    options = ["-a", f"base_url={base_url}", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0"]
    subprocess.run(
        [sys.executable, "-m", "cProfile", "-o", str(stats), "-m", "scrapy", "crawl", "nongshang", *options],
        cwd=ROOT,
        env={**os.environ, "ARCHIVE_URL": f"sqlite:///{folder}/archive.db"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return _share_of(pstats.Stats(str(stats)))


def _share_of(profile: pstats.Stats) -> float:
    keeping = crawling = waiting = 0.0
    for (file, _, name), (_, _, own, cumulative, _) in profile.stats.items():  # type: ignore[attr-defined]
        folder, module = Path(file).parts[-2:] if "/" in file else ("", "")
        if folder == "storage" and name in KEEPING.get(module, ()):
            keeping += cumulative
        elif (folder, name) == ("commands", "_crawl"):
            crawling = cumulative
        elif "poll" in name and file == "~":  # the reactor waiting for the network
            waiting += own
    return keeping / (crawling - waiting)
