"""How far a list is read: the written rule, docs/operations.md tells it to operators."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.pages.discovery import iso_day
from crawler.pages.entries import Entry
from crawler.plan import CrawlPlan


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a list has been read far enough."""

    plan: CrawlPlan

    window: date
    """First day of the overlap window: what is younger is looked at in every run."""

    def reason(
        self, entries: Sequence[Entry], next_url: str | None, known: Collection[str], *, repeats: bool = False
    ) -> str | None:
        """Why a list is not read beyond a page; None to turn it.

        Args:
            entries: what the page lists.
            next_url: the page that follows.
            known: the addresses among all these that were known before this crawl began.
            repeats: whether it lists the same as the page before it.
        """
        if next_url is None:
            return "last page"
        if repeats:
            return "lists the same as the page before"
        since = self.plan.since
        if since and all(_is_older(entry, since, undated=False) for entry in entries):
            return f"older than since={since}"
        if self.plan.mode == "backfill":
            return None
        # A whole page of them: one pinned story is old and known on every first page, and a story entered
        # late stands, known to nobody, among old ones. A page nobody has read yet is read in any case: the
        # list has grown at its end, and something was slipped in on the way there.
        if next_url in known and all(
            entry.url in known and _is_older(entry, self.window, undated=True) for entry in entries
        ):
            return f"known and older than {self.window}"
        return None


def _is_older(entry: Entry, day: date, *, undated: bool) -> bool:
    printed = iso_day(entry.date)
    return undated if printed is None else printed < day
