"""One line that says how far the run is."""

import sys
import time

from scrapy import signals
from scrapy.crawler import Crawler

from storage.article import Filing
from storage.run import Run

_EVERY_SECONDS = {True: 1.0, False: 30.0}
"""Between two lines: on a terminal, where the line overwrites itself, and in a log."""

_WORTH_AN_ESTIMATE = 20
"""Pages after which their pace says something about the rest."""


class Progress:
    """Scrapy extension: prints pages, articles and refusals to standard error while the run goes on."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._live = sys.stderr.isatty()
        self._pages = 0
        self._section = ""
        self._started = self._printed = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Built by Scrapy."""
        progress = cls(crawler.spider.run)  # type: ignore[union-attr]
        crawler.signals.connect(progress.response_received, signal=signals.response_received)
        crawler.signals.connect(progress.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def response_received(self) -> None:
        """Count a page, and print if the last line is old enough."""
        self._pages += 1
        if time.monotonic() - self._printed >= _EVERY_SECONDS[self._live]:
            self._print()

    def item_scraped(self, item: Filing) -> None:
        """Note which section is being read."""
        self._section = item.article.section or ""

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
        """The counts so far, and by the addresses still open how long the rest may take."""
        seconds = max(time.monotonic() - self._started, 1e-3)
        left = self._run.open_count()
        tally = self._run.tally
        refused = sum(count for name, count in tally.items() if name.startswith("refused"))
        parts = [
            f"{self._pages} of {self._pages + left} pages ({60 * self._pages / seconds:.0f}/min)",
            *(f"{tally[f'articles:{kind}']} {kind}" for kind in ("new", "revision", "unchanged", "same")),
            f"{refused} refused",
        ]
        if left and self._pages >= _WORTH_AN_ESTIMATE:
            parts.append(f"about {_spoken(left * seconds / self._pages)} left")
        return ", ".join([*parts, *([self._section] if self._section else ())])


def _spoken(seconds: float) -> str:
    """A length of time as a person says it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
