"""What reading a page costs, against the least anybody pays who wants its text.

`python -m bench.reading FOLDER…` measures the articles and the lists among pages saved below folders, a line each.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time

from parsel import Selector

from bench.result import Result
from crawler.pages.reading import Reader, Reading, Received
from nongshang.demo import ROOT
from pipelines.urls import Site

DEMO, SKINS = (ROOT / "tests/fixtures" / name for name in ("site", "skins"))
REPEATS = 25
_WHEN = datetime(2026, 1, 5, 4, tzinfo=UTC)
_READER = Reader(Site.of("http://localhost/"))


def run() -> list[Result]:
    """The ratio over the project's own pages, those of a whole site apart from the skins, which are small."""
    return [*by_kind("of the demo site", folder(DEMO)), compare("pages in skins, of 4 kB", folder(SKINS))]


def by_kind(where: str, pages: Sequence[bytes]) -> list[Result]:
    """The ratio over the articles among pages, and over the lists."""
    kinds = [_read(page).kind for page in pages]
    return [
        compare(f"{len(own)} {kind}s {where}", own)
        for kind in ("article", "list")
        if (own := [page for page, its in zip(pages, kinds, strict=True) if its == kind])
    ]


def compare(name: str, pages: Sequence[bytes]) -> Result:
    """Both ways over each page in turn, so that a busy moment hits both; the median of the rounds."""
    ratios = [_ratio(pages) for _ in range(REPEATS)]
    return Result(
        name=f"cost of reading a page: {name}",
        ratio=median(ratios),
        spread=max(ratios) - min(ratios),
        median=sum(_cost(_read, page) for page in pages) / len(pages),
        what="CPU of reading a page whole, against parsing it with parsel and joining //body//text(); at most 2",
    )


def _ratio(pages: Sequence[bytes]) -> float:
    costs = [(_cost(_read, page), _cost(_join, page)) for page in pages]
    reading, joining = map(sum, zip(*costs, strict=True))
    return reading / joining


def _cost(way: Callable[[bytes], object], page: bytes) -> float:
    start = process_time()
    way(page)
    return process_time() - start


def _read(page: bytes) -> Reading:
    """Read a page whole; a list is asked for all a crawl goes on with."""
    reading = _READER.read(Received(page, "http://localhost/news/2026-01-05/1.html", _WHEN))
    if reading.kind == "list" and (listing := reading.listing):
        _ = listing.entries, listing.next_url, listing.page_urls, listing.links
    return reading


def _join(page: bytes) -> object:
    return "".join(Selector(body=page, encoding="utf-8", type="html").xpath("//body//text()").getall())


def folder(path: Path) -> list[bytes]:
    """Every page below a folder."""
    return [page.read_bytes() for page in sorted(path.rglob("*.html"))]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for found in by_kind(f"below {name}", folder(Path(name))):
            print(f"{found.ratio:.2f} ± {found.spread:.2f}  {found.name}")
