"""`nongshang reextract`: what the archive would say under today's rules."""

import difflib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer
from scrapy.spiderloader import SpiderLoader
from sqlalchemy import Connection, func, select

from crawler.pools import pool_of
from crawler.project import project_settings
from crawler.report import ExitCode, code_of
from crawler.rereading import Reread, jobs, reread
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir
from nongshang.errors import refuse
from storage.archive import Archive
from storage.article import Article
from storage.errors import ArchiveError
from storage.models import captures as kept
from storage.rereading import held_reading, kept_readings, reading_of
from storage.run import STATES

_SAMPLES = 3
"""Shown of each field that changes."""

_WORTH_A_PROCESS = 500
"""Captures from which a further process is quicker than none."""

Changes = dict[str, tuple[Any, Any]]
"""By field: what the archive holds, and what is read today."""


@dataclass(slots=True)
class Tally:
    """What came of reading the pages again."""

    pages: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    last_capture: int = 0


def reextract(  # noqa: PLR0913 - one an option
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; write nothing.")
    ] = False,
    run: Annotated[int | None, typer.Option(help="Only pages last read in that run.")] = None,
    url: Annotated[str | None, typer.Option(help="Only addresses that begin so.")] = None,
    from_capture: Annotated[int, typer.Option(help="Go on at that capture.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a changed article.")] = False,
) -> None:
    """Read the kept pages again; what reads differently becomes a revision with cause `rule`."""
    tally = Tally()
    try:
        with Archive.open(archive, create=False, read_only=dry_run) as opened, opened.read() as looking:
            readings = kept_readings(looking, run_id=run, url=url, start=from_capture)
            spiders = SpiderLoader.from_settings(project_settings())
            pool = pool_of(min(workers, 1 + _pages(looking) // _WORTH_A_PROCESS))
            for chunk in pool.map(reread, jobs(captures, readings, spiders.load)):
                _take(opened, chunk, tally, dry_run=dry_run, as_json=as_json)
    except ArchiveError as error:
        refuse(error, code_of(error))
    except KeyboardInterrupt:
        print(f"interrupted; go on with --from-capture {tally.last_capture + 1}", file=sys.stderr)
        raise typer.Exit(int(ExitCode.INTERRUPTED)) from None
    if not as_json:
        _show(tally, dry_run=dry_run)


def _pages(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(kept)) or 0


def _take(archive: Archive, chunk: list[Reread], tally: Tally, *, dry_run: bool, as_json: bool) -> None:
    """Count and show a chunk, and write it in one transaction."""
    tally.pages += len(chunk)
    tally.unread.update(page.unread for page in chunk if page.unread and page.held.digest)
    changed = [(page, page.article) for page in chunk if page.article is not None]
    with archive.read() as connection:
        for page, article in changed:
            changes = changes_of(connection, article)
            _note(tally, page, changes, as_json=as_json)
    if changed and not dry_run:
        _write(archive, changed)
    tally.last_capture = chunk[-1].held.page.capture_id


def changes_of(connection: Connection, article: Article) -> Changes:
    """In which fields an article differs from what the archive holds at its address."""
    held, read = held_reading(connection, article.url), reading_of(article)
    return {name: (held.get(name), read[name]) for name in read if held.get(name) != read[name]}


def _write(archive: Archive, changed: Iterable[tuple[Reread, Article]]) -> None:
    with archive.transaction() as tx:
        for page, article in changed:
            filing = tx.match(article)
            tx.file(filing, run_id=None, capture_id=article.capture_id, cause="rule")
            if page.held.digest is None:  # refused so far
                tx.close(article.url, STATES[filing.kind], "rule", run_id=page.held.run_id)


def _note(tally: Tally, page: Reread, changes: Changes, *, as_json: bool) -> None:
    tally.changed += 1
    fields = list(changes) if page.held.digest else ["(refused so far)"]
    shown = [name for name in fields if tally.fields[name] < _SAMPLES]
    tally.fields.update(fields)
    url = page.held.page.url
    if as_json:
        line = {"url": url, "capture_id": page.held.page.capture_id, "fields": changes}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    elif shown:
        print(url)
        for name in shown:
            print("\n".join(f"    {line}" for line in difference(name, *changes.get(name, (None, "")))))


def difference(name: str, old: Any, new: Any) -> Iterator[str]:
    """Two values of a field, for a person."""
    before, after = _lines(old), _lines(new)
    if len(before) <= 1 and len(after) <= 1:
        yield f"{name}: {_short(old)} → {_short(new)}"
        return
    yield f"{name}:"
    for line in difflib.unified_diff(before, after, "held", "read", n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield f"  {line}"


def _short(value: Any) -> str:
    return "—" if value in (None, "", []) else str(value)


def _lines(value: Any) -> list[str]:
    if isinstance(value, list):
        return [json.dumps(line, ensure_ascii=False) for line in value]
    return str(value or "").splitlines()


def _show(tally: Tally, *, dry_run: bool) -> None:
    print(f"{tally.changed} of {tally.pages} pages {'would ' if dry_run else ''}read differently")
    for name, count in tally.fields.most_common():
        print(f"  {name:<20}{count:>8}")
    for reason, count in tally.unread.most_common():
        print(f"  left as it is: {reason:<30}{count:>8}")
