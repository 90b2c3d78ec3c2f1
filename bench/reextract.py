"""Re-extraction against bare reading: kept pages, read again on all cores.

`python -m bench.reextract [PAGES [ROUNDS]]`
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from bench.result import Result
from crawler.pages.reading import Reader, Received
from crawler.pools import Processes
from crawler.rereading import read_record
from crawler.spiders.nongshang import NongshangSpider
from nongshang.demo import SITE
from pipelines.boilerplate import strip
from pipelines.normalise import normalise
from pipelines.urls import Site
from storage.archive import Archive
from storage.article import Filing
from storage.captures import capture_of, enter_file
from storage.warc import Record, WarcFile, payload_digest

PAGES = 10_000
ROUNDS = 3
FEWER = 10
"""Memory is flat if so many times the pages take no more of it."""

CHUNK = 100
CORES = os.cpu_count() or 1
HOME = "http://news.example/"
READER = Reader(Site.of(HOME), NongshangSpider.site_name, NongshangSpider.article_page)
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def run(pages: int = PAGES, rounds: int = ROUNDS) -> list[Result]:
    files = articles()
    with tempfile.TemporaryDirectory() as name:
        many, few = Path(name) / "many", Path(name) / "few"
        fill(many, files, pages)
        fill(few, files, pages // FEWER)
        peak_of_few = again(few, pages // FEWER)
        speeds, peaks = [], []
        for _ in range(rounds):
            bare_seconds = seconds(lambda: bare(files, pages))
            again_seconds = seconds(lambda: peaks.append(again(many, pages)))
            speeds.append(bare_seconds / again_seconds)
    growth = [peak / peak_of_few for peak in peaks]
    return [
        result("re-extraction", speeds, f"speed of `nongshang reextract` on {pages} captures, against parsing"
               f" and reading the same pages without an archive, on {CORES} cores"),
        result("re-extraction memory", growth, f"largest process while {pages} captures are re-extracted,"
               f" against the largest for {pages // FEWER} ({peak_of_few / 1024:.0f} MB)"),
    ]  # fmt: skip


def result(name: str, ratios: list[float], what: str) -> Result:
    return Result(name, median(ratios), median(ratios), max(ratios) - min(ratios), what)


def fill(folder: Path, files: list[Path], pages: int) -> None:
    """An archive of as many stories, each with its capture; the texts are those of the demo site."""
    folder.mkdir()
    texts = [file.read_bytes() for file in files]
    read = [(body, article_on(page(0, body))) for body in texts]
    with Archive.open(url_of(folder)) as archive:
        run_id = archive.begin_run("nongshang", "incremental", AT, HOME)
        file = WarcFile.create(folder, "bench")
        for first in range(0, pages, CHUNK):
            with archive.transaction() as tx:
                for number, (body, article) in enumerate(islice(cycle(read), CHUNK), start=first):
                    record = page(number, body)
                    capture_id = tx.keep(capture_of(file.append(record), record, None), run_id=run_id)
                    stored = replace(article, url=record.url, capture_id=capture_id)
                    tx.file(Filing(stored, "new"), run_id=run_id, capture_id=capture_id)
        enter_file(archive, file.close(), run_id)


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder}/archive.db"


def page(number: int, body: bytes) -> Record:
    headers = [(b"Content-Type", b"text/html")]
    return Record("response", AT, address(number), 200, headers, body, payload_digest(body))


def address(number: int) -> str:
    return f"{HOME}news/{number}.html"


def article_on(record: Record):
    return normalise(_stripped(read_record(READER, record, record.url, None, None).article))


def _stripped(raw):
    return replace(raw, content=strip(raw.content))


def articles() -> list[Path]:
    """The pages of the demo site that are articles of one page."""
    found = [path for path in sorted(SITE.rglob("*/2*/*.html")) if "_" not in path.name]
    kept = []
    for path in found:
        reading = READER.read(Received(path.read_bytes(), address(0), AT))
        if reading.article and reading.article.next_part is None:
            kept.append(path)
    return kept


def bare(files: list[Path], pages: int) -> None:
    """Parse and read files: no archive, no captures."""
    turns = cycle(files)
    chunks = ([*islice(turns, CHUNK)] for _ in range(0, pages, CHUNK))
    assert sum(Processes(CORES).map(read_files, chunks)) == pages


def read_files(files: list[Path]) -> int:
    for number, file in enumerate(files):
        normalise(_stripped(READER.read(Received(file.read_bytes(), address(number), AT)).article))
    return len(files)


def again(folder: Path, pages: int) -> int:
    """Re-extract everything; gives the most memory one of the processes took, in KiB.

    The rules being the same, nothing may differ.
    """
    places = ["--archive", url_of(folder), "--captures", str(folder)]
    command = [sys.executable, "-m", "nongshang", "reextract", "--dry-run", *places]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        said = running.stdout.read()
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    assert said.splitlines() == [f"0 of {pages} pages would read differently"], said
    return used.ru_maxrss


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    for found in run(*map(int, sys.argv[1:])):
        print(f"{found.name}: {found.ratio:.2f} ± {found.spread:.2f}  ({found.what})")
