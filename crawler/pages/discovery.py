"""What a page leads to: the addresses to fetch, and those left out by name."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from crawler.pages.entries import Entry
from crawler.pages.links import Link, Verdict
from crawler.pages.listing import ListPage
from crawler.plan import CrawlPlan
from storage.ledger import Discovery
from storage.run import OUTSIDE_DATES, RANK, LeftOut

if TYPE_CHECKING:
    from storage.models import LedgerKind

_DYNAMIC = 5
"""A programme's address is asked for after the static ones: it may be their twin."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """The links of one page, sorted."""

    found: tuple[Discovery, ...]
    left_out: tuple[LeftOut, ...]


def discover(page: ListPage, plan: CrawlPlan, *, section: tuple[str, ...] = (), depth: int = 0) -> Discovered:
    """Sort the links of a page into what the plan wants fetched and what it does not.

    The further pages of the list itself are no discovery: the spider turns them
    one by one, as far as its stop rule lets it.

    Args:
        page: the page and its links.
        plan: what the run was asked to do.
        section: the steps of the page's breadcrumb.
        depth: steps from the home page to this one.
    """
    entries = {entry.url: entry for entry in page.entries}
    turns = {*page.page_urls, page.next_url, page.last_url}
    found: list[Discovery] = []
    left_out: list[LeftOut] = []
    for link, verdict in page.links:
        if link.url in turns or _is_part(link.url, page.url):
            continue
        entry = entries.get(link.url)
        discovery = _discovery(link, verdict, entry, depth)
        if not _in_sections(link, entry, page, plan, section):
            continue
        if reason := _unwanted(verdict, entry, plan):
            left_out.append((discovery, "offsite" if verdict.kind == "offsite" else "skipped", reason))
        else:
            found.append(discovery)
    return Discovered(tuple(found), tuple(left_out))


def _discovery(link: Link, verdict: Verdict, entry: Entry | None, depth: int) -> Discovery:
    kind: LedgerKind = "list" if verdict.kind == "list" else "article"
    return Discovery(
        url=link.url,
        kind=kind,
        title=entry.title if entry else link.text or None,
        listed_date=(entry.date or entry.date_text) if entry else None,
        rank=RANK[kind] + (_DYNAMIC if verdict.dynamic else 0),
        depth=depth + 1,
    )


def _in_sections(
    link: Link, entry: Entry | None, page: ListPage, plan: CrawlPlan, section: tuple[str, ...]
) -> bool:
    """Whether a link leads into a section asked for; what leads elsewhere is left for a run that asks for it."""
    if plan.looks_at(link.url, link.text):
        return True
    below = entry is not None or link.url.startswith(page.url.rstrip("/") + "/")
    return below and plan.looks_at(page.url, *section)


def _unwanted(verdict: Verdict, entry: Entry | None, plan: CrawlPlan) -> str | None:
    """The reason for which a link is left out, if there is one."""
    if verdict.kind not in ("article", "list"):
        return verdict.reason or verdict.kind
    return None if plan.covers(iso_day(entry.date if entry else None)) else OUTSIDE_DATES


def iso_day(text: str | None) -> date | None:
    """The day a list entry states; None where it prints none, or none with a year."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _is_part(url: str, page: str) -> bool:
    """Whether an address is a further page of the article at `page`: NAME.html, NAME_2.html."""
    stem, dot, suffix = page.rpartition(".")
    if not dot or "/" in suffix:
        return False
    own = re.sub(r"_\d+$", "", stem)
    return re.fullmatch(rf"{re.escape(own)}(_\d+)?\.{re.escape(suffix)}", url) is not None
