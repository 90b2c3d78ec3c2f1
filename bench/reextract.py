"""Re-extraction against bare reading: kept pages, read again on all cores.

`python -m bench.reextract [PAGES]`
"""

import os
import resource
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
from crawler.rereading import jobs, read_record, reread
from crawler.spiders.nongshang import NongshangSpider
from nongshang.demo import SITE
from pipelines.boilerplate import strip
from pipelines.normalise import normalise
from pipelines.urls import Site
from storage.archive import Archive
from storage.article import Filing
from storage.captures import capture_of, enter_file
from storage.rereading import kept_readings
from storage.warc import Record, WarcFile, payload_digest

PAGES = 10_000
ROUNDS = 3
CHUNK = 100
CORES = os.cpu_count() or 1
HOME = "http://news.example/"
READER = Reader(Site.of(HOME), NongshangSpider.site_name, NongshangSpider.article_page)
AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def run(pages: int = PAGES) -> list[Result]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, pages)
        rounds = [(seconds(bare, folder, pages), seconds(again, folder, pages)) for _ in range(ROUNDS)]
    times = [taken for _, taken in rounds]
    speed = median(read / taken for read, taken in rounds)
    spread = (max(times) - min(times)) / median(times)
    what = f"{pages} captures re-extracted, against parsing and reading the same pages, on {CORES} cores"
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    memory = f"largest process while re-extracting {pages} captures: {megabytes:.0f} MB, against 300 MB"
    return [
        Result("re-extraction", speed, median(times), spread, what),
        Result("re-extraction memory", megabytes / 300, median(times), 0.0, memory),
    ]


def fill(folder: Path, pages: int) -> None:
    """An archive of as many stories, each with its capture; the texts are those of the demo site."""
    texts = [path.read_bytes() for path in articles()]
    with Archive.open(f"sqlite:///{folder}/archive.db") as archive:
        run_id = archive.begin_run("nongshang", "incremental", AT, HOME)
        file = WarcFile.create(folder, "bench")
        for first in range(0, pages, CHUNK):
            with archive.transaction() as tx:
                for number, body in enumerate(islice(cycle(texts), CHUNK), start=first):
                    record = page(number, body)
                    capture = capture_of(file.append(record), record, None)
                    capture_id = tx.keep(capture, run_id=run_id)
                    raw = read_record(READER, record, record.url, None, capture_id).article
                    article = normalise(_stripped(raw))
                    tx.file(Filing(article, "new"), run_id=run_id, capture_id=capture_id)
        enter_file(archive, file.close(), run_id)


def page(number: int, body: bytes) -> Record:
    headers = [(b"Content-Type", b"text/html")]
    return Record("response", AT, address(number), 200, headers, body, payload_digest(body))


def address(number: int) -> str:
    return f"{HOME}news/{number}.html"


def articles() -> list[Path]:
    """The pages of the demo site that are articles of one page."""
    found = [path for path in sorted(SITE.rglob("*/2*/*.html")) if "_" not in path.name]
    kept = []
    for path in found:
        reading = READER.read(Received(path.read_bytes(), address(0), AT))
        if reading.article and reading.article.next_part is None:
            kept.append(path)
    return kept


def bare(folder: Path, pages: int) -> None:
    """Parse and read files: no archive, no captures."""
    del folder
    files = list(islice(cycle(articles()), pages))
    chunks = ([*files[first : first + CHUNK]] for first in range(0, pages, CHUNK))
    assert sum(Processes(CORES).map(read_files, chunks)) == pages


def read_files(files: list[Path]) -> int:
    for number, file in enumerate(files):
        _read(file.read_bytes(), number)
    return len(files)


def _read(body: bytes, number: int) -> None:
    normalise(_stripped(READER.read(Received(body, address(number), AT)).article))


def _stripped(raw):
    return replace(raw, content=strip(raw.content))


def again(folder: Path, pages: int) -> None:
    """Re-extract everything; the rules being the same, nothing may differ."""
    with (
        Archive.open(f"sqlite:///{folder}/archive.db", read_only=True) as archive,
        archive.read() as connection,
    ):
        work = jobs(folder, kept_readings(connection), lambda _: NongshangSpider)
        counted = 0
        for chunk in Processes(CORES).map(reread, work):
            assert not [page for page in chunk if page.article or page.unread]
            counted += len(chunk)
    assert counted == pages


def seconds(work: Callable[[Path, int], None], folder: Path, pages: int) -> float:
    started = time.perf_counter()
    work(folder, pages)
    return time.perf_counter() - started


if __name__ == "__main__":
    for result in run(*map(int, sys.argv[1:])):
        print(f"{result.name}: {result.ratio:.2f} ± {result.spread:.0%}  ({result.what})")
