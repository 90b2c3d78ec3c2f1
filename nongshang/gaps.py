"""`nongshang gaps`: what may be missing from the archive, and the command that closes each gap."""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer
from sqlalchemy import Connection, select

from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from storage.columns import SITE_TIME
from storage.models import articles, ledger, runs
from storage.run import now

Kind = Literal["list-page", "quiet-section", "thin-day", "missing-ids"]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that may be missing."""

    kind: Kind
    what: str
    """One line for a person."""

    arguments: str
    """Of the crawl that closes it, or shows that nothing was missing."""

    def command(self, base_url: str) -> str:
        """What to type."""
        return f"scrapy crawl nongshang -a base_url={base_url} -a mode=backfill {self.arguments}".rstrip()


# Quiet: five times the usual pause, and no section is quiet before a fortnight is over.
_QUIET_FACTOR = 5
_QUIET_AT_LEAST = timedelta(days=14)
_ENOUGH_DAYS = 5
"""Days with articles from which a section has a usual pause."""

# Thin: less than a third of the same weekday's median in the four weeks before and after.
_WEEKS_ROUND = 4
_THIN_SHARE = 1 / 3
_ENOUGH_ARTICLES = 3
"""Articles a day from which a weekday has a usual number."""

# Missing numbers: only where most are there, else the numbers are no sequence, or other sites share it.
_DENSE_SHARE = 0.5
_LONGEST_HOLE = 50


def quiet_sections(days: Mapping[str, Iterable[date]], today: date) -> Iterator[Gap]:
    """Sections that used to publish and have stopped."""
    for section, published in sorted(days.items()):
        known = sorted(set(published))
        if len(known) < _ENOUGH_DAYS:
            continue
        pause = timedelta(days=median((after - before).days for before, after in pairwise(known)))
        silence = today - known[-1]
        if silence > max(pause * _QUIET_FACTOR, _QUIET_AT_LEAST):
            yield Gap(
                "quiet-section",
                f"{section}: nothing since {known[-1]}, {silence.days} days; usually every {pause.days or 1} days",
                f"-a sections={section.split('/')[-1]} -a since={known[-1]}",
            )


def thin_days(counts: Mapping[date, int]) -> Iterator[Gap]:
    """Days with far fewer articles than the same weekday before and after."""
    if not counts:
        return
    first, last = min(counts), max(counts)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        weeks = [timedelta(weeks=week) for week in range(-_WEEKS_ROUND, _WEEKS_ROUND + 1) if week]
        round_it = [counts.get(day + week, 0) for week in weeks if first <= day + week <= last]
        usual = median(round_it) if len(round_it) >= _WEEKS_ROUND else 0
        found = counts.get(day, 0)
        if usual >= _ENOUGH_ARTICLES and found < usual * _THIN_SHARE:
            yield Gap(
                "thin-day",
                f"{day}: {found} articles, on this weekday usually {usual:g}",
                f"-a since={day} -a until={day}",
            )


def missing_ids(known: Mapping[int, str | None]) -> Iterator[Gap]:
    """Numbers left out of a sequence; each known number comes with the day it was listed under."""
    numbers = sorted(known)
    for before, after in pairwise(numbers):
        missing = after - before - 1
        if 0 < missing <= _LONGEST_HOLE and _is_dense(numbers, before, after):
            span = f"{before + 1}" if missing == 1 else f"{before + 1}–{after - 1}"
            days = sorted(day for day in (known[before], known[after]) if day)
            bounds = f"-a since={days[0]} -a until={days[-1]}" if days else ""
            yield Gap("missing-ids", f"id {span}: between {before} and {after}", bounds)


def _is_dense(numbers: Sequence[int], before: int, after: int) -> bool:
    low, high = before - _LONGEST_HOLE, after + _LONGEST_HOLE
    inside = [number for number in numbers if low <= number <= high]
    span = inside[-1] - inside[0] + 1
    return len(inside) >= _DENSE_SHARE * span


def gaps(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Show what may be missing from the archive, and the command that closes each gap."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        found = list(_find(connection, now().astimezone(SITE_TIME).date()))
        base_url = connection.scalar(select(runs.c.base_url).order_by(runs.c.id.desc()).limit(1)) or "…"
    for gap in found:
        command = gap.command(base_url)
        if as_json:
            line = {"kind": gap.kind, "what": gap.what, "command": command}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            print(f"{gap.kind:14} {gap.what}\n{'':14} {command}")
    if not found and not as_json:
        print("no gap was found")


def _find(connection: Connection, today: date) -> Iterator[Gap]:
    yield from _unread_lists(connection)
    days: dict[str, list[date]] = defaultdict(list)
    counts: Counter[date] = Counter()
    stated = select(articles.c.section, articles.c.published_at).where(articles.c.published_at.is_not(None))
    for section, published_at in connection.execute(stated):
        days[section or "(no section)"].append(published_at.date())
        counts[published_at.date()] += 1
    yield from quiet_sections(days, today)
    yield from thin_days(counts)
    for known in _sequences(connection).values():
        yield from missing_ids(known)


def _unread_lists(connection: Connection) -> Iterator[Gap]:
    """List pages found and never read; the sections filter takes a path, so the page's folder closes it."""
    unread = (
        select(ledger.c.url, ledger.c.state, ledger.c.reason)
        .where(ledger.c.kind == "list", ledger.c.state.in_(("queued", "failed")))
        .order_by(ledger.c.id)
    )
    for url, state, reason in connection.execute(unread):
        folder = urlsplit(url).path.rpartition("/")[0] + "/"
        why = f"{state}, {reason}" if reason else state
        yield Gap("list-page", f"{url}: never read ({why})", f"-a sections={folder}")


def _sequences(connection: Connection) -> dict[str, dict[int, str | None]]:
    """The numbers articles have in their addresses, by host, with the day they are listed under."""
    found: dict[str, dict[int, str | None]] = defaultdict(dict)
    rows = select(ledger.c.url, ledger.c.listed_date).where(ledger.c.kind == "article")
    for url, listed in connection.execute(rows.where(ledger.c.state != "offsite")):
        parts = urlsplit(url)
        number = re.search(
            r"/(\d{1,9})(?:_\d+)?\.s?html?$|[?&]id=(\d{1,9})(?:&|$)", f"{parts.path}?{parts.query}"
        )
        if number:
            iso = listed if listed and re.fullmatch(r"\d{4}-\d{2}-\d{2}", listed) else None
            found[parts.netloc].setdefault(int(number[1] or number[2]), iso)
    return found
