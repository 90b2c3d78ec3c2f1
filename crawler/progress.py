"""One line that says how far the run is."""

import sys
import time
from collections import Counter

from scrapy import signals
from scrapy.crawler import Crawler

_EVERY_SECONDS = {True: 0.2, False: 30.0}
"""Between two lines: on a terminal, where the line overwrites itself, and in a log."""


class Progress:
    """Scrapy extension: prints pages, articles and refusals to standard error while the run goes on."""

    def __init__(self, tally: Counter[str]) -> None:
        self._tally = tally
        self._live = sys.stderr.isatty()
        self._pages = 0
        self._started = self._printed = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Built by Scrapy."""
        progress = cls(crawler.spider.run.tally)  # type: ignore[union-attr]
        crawler.signals.connect(progress.response_received, signal=signals.response_received)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def response_received(self) -> None:
        """Count a page, and print if the last line is old enough."""
        self._pages += 1
        if time.monotonic() - self._printed >= _EVERY_SECONDS[self._live]:
            self._print()

    def spider_closed(self) -> None:
        """Leave the last count standing."""
        self._print()
        if self._live:
            sys.stderr.write("\n")

    def _print(self) -> None:
        self._printed = time.monotonic()
        sys.stderr.write(f"\r\x1b[K{self.line()}" if self._live else f"{self.line()}\n")
        sys.stderr.flush()

    def line(self) -> str:
        """The counts so far, for a person."""
        minutes = max(time.monotonic() - self._started, 1e-3) / 60
        refused = sum(count for name, count in self._tally.items() if name.startswith("refused"))
        parts = [f"{self._pages} pages ({self._pages / minutes:.0f}/min)"]
        parts += [
            f"{self._tally[f'articles:{kind}']} {kind}" for kind in ("new", "revision", "unchanged", "same")
        ]
        return ", ".join([*parts, f"{refused} refused"])
