"""`nongshang doctor`: is this machine ready, and how would the site be read? Nothing is stored."""

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import typer
from protego import Protego
from sqlalchemy import URL, text

from crawler.pages.document import MAX_BYTES
from crawler.pages.entries import Entry
from crawler.pages.reading import Reader, Reading, Received
from crawler.plan import CrawlPlan, WrongUse
from crawler.report import ExitCode
from crawler.settings.base import CAPTURE_DIR, USER_AGENT
from crawler.spiders.nongshang import NongshangSpider
from nongshang.archive import DEFAULT_URL, ArchiveUrl
from nongshang.errors import refuse
from pipelines.boilerplate import strip
from pipelines.normalise import normalise
from pipelines.urls import Site
from storage.archive import Archive
from storage.article import Article
from storage.database import explained, kind_of, parse_url
from storage.errors import ArchiveError
from storage.schema import LATEST, version_of

Level = Literal["ok", "warn", "fail"]

_ROOM = 1024**3
_SKEW = 600  # seconds
_PAUSE = 1.5
_TIMEOUT = 30
_ARTICLES = 3
_SHOWN = 60
"""Characters of a value that are shown."""

_LISTS_TRIED = 5

_OLDEST_SQLITE, _OLDEST_POSTGRESQL = (3, 35), 13_00_00
"""SQLite learnt RETURNING there; older PostgreSQL is kept up by nobody."""

_SHOWN_FIELDS = {
    "title": "title",
    "kicker": "kicker",
    "subtitle": "subtitle",
    "section": "breadcrumb",
    "published_at": "published_at",
    "source": "source",
    "contributors": "contributors",
    "attachments": "content",
    "body": "content",
}
"""Each field, and the name under which its rule is told."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at."""

    level: Level
    what: str
    found: str


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    body: bytes
    charset: str | None
    date: str | None


def doctor(
    base_url: Annotated[
        str | None, typer.Argument(envvar="NONGSHANG_BASE_URL", help="Root of the site; read, if given.")
    ] = None,
    *,
    captures: Annotated[Path, typer.Option(envvar="CAPTURE_DIR", help="Folder for the raw pages.")] = Path(
        CAPTURE_DIR
    ),
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Check the machine, then show how the site's pages are read; nothing is stored."""
    levels = [_tell(each) for each in machine(archive, captures)]
    if base_url:
        try:
            plan = CrawlPlan.from_arguments({"base_url": base_url})
        except WrongUse as error:
            refuse(error)
        levels += [_tell(each) for each in site(plan.base_url)]
    if "fail" in levels:
        raise typer.Exit(int(ExitCode.FAULT))


def _tell(diagnosis: Diagnosis) -> Level:
    print(f"{diagnosis.level:4}  {diagnosis.what:<12} {diagnosis.found}")
    return diagnosis.level


# The machine.


def machine(archive: str, captures: Path) -> Iterator[Diagnosis]:
    """What the job needs of the machine."""
    yield Diagnosis("ok" if sys.version_info >= (3, 11) else "fail", "python", sys.version.split()[0])
    for what, folder in _folders(archive, captures).items():
        yield _writable(what, folder)
        yield _room(folder)
    yield _zone()
    yield from _database(archive)


def _folders(archive: str, captures: Path) -> dict[str, Path]:
    """Where the job writes."""
    try:
        url = parse_url(archive)
    except ArchiveError:  # told of by `_database`
        return {"captures": captures}
    beside = {"archive": Path(url.database or ".").absolute().parent}
    return {**(beside if url.get_backend_name() == "sqlite" else {}), "captures": captures}


def _writable(what: str, folder: Path) -> Diagnosis:
    """Whether a file can be made there, or in the folder in which it would be made."""
    there = _existing(folder)
    try:
        with tempfile.TemporaryFile(dir=there):
            return Diagnosis("ok", what, f"{folder} can be written")
    except OSError as error:
        return Diagnosis("fail", what, f"{there} can't be written: {error.strerror}")


def _existing(folder: Path) -> Path:
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def _room(folder: Path) -> Diagnosis:
    free = shutil.disk_usage(_existing(folder)).free
    return Diagnosis("ok" if free >= _ROOM else "warn", "disk", f"{free / 1024**3:.1f} GiB free at {folder}")


def _zone() -> Diagnosis:
    here = datetime.now(UTC).astimezone()
    return Diagnosis("ok", "clock", f"{here.isoformat(timespec='seconds')}; stored times are +08:00 anywhere")


def _database(address: str) -> Iterator[Diagnosis]:
    """The database's version, and whether an archive that is there can be written to."""
    try:
        url = parse_url(address)
        if url.get_backend_name() == "sqlite":
            level: Level = "ok" if sqlite3.sqlite_version_info >= _OLDEST_SQLITE else "fail"
            yield Diagnosis(level, "database", f"SQLite {sqlite3.sqlite_version}")
        with explained(url):
            yield from _archive(address, url)
    except ArchiveError as error:
        yield Diagnosis("fail", "archive", str(error))


def _archive(address: str, url: URL) -> Iterator[Diagnosis]:
    is_file = url.get_backend_name() == "sqlite"
    found = None
    if not is_file or Path(url.database or "").exists():
        with kind_of(url).make_engine(url, create=False, read_only=True).connect() as connection:
            found = version_of(connection)
            if not is_file:
                number = int(connection.scalar(text("SHOW server_version_num")) or 0)
                level: Level = "ok" if number >= _OLDEST_POSTGRESQL else "fail"
                yield Diagnosis(level, "database", f"PostgreSQL {number // 10_000}")
    if found is None:
        yield Diagnosis("ok", "archive", "none yet, the first run makes it")
    elif found != LATEST:
        yield Diagnosis("warn", "archive", f"version {found}, the next run brings it to {LATEST}: back it up")
    else:
        with Archive.open(address, create=False) as archive, archive.transaction():
            yield Diagnosis("ok", "archive", "there, of this version, and nobody else is writing to it")


# The site.


def site(base_url: str) -> Iterator[Diagnosis]:
    """How the site answers, and how its home page, one list and three articles are read."""
    home = _fetch(base_url)
    if isinstance(home, str):
        yield Diagnosis("fail", "site", f"{base_url} {home}")
        return
    place = Site.of(home.url)
    yield Diagnosis("ok", "site", f"{home.url} answers, {len(home.body):,} bytes")
    yield _clock(home)
    yield _robots(home.url)
    reading = _read(home, place)
    links = _links(reading)
    found = ", ".join(f"{len(links[kind])} {kind}s" for kind in ("list", "article"))
    yield Diagnosis("ok" if links["list"] else "fail", "home page", f"links {found}")
    listing = _first_list(links["list"], place)
    if listing is None:
        yield Diagnosis("fail", "list", "none of the first lists linked from the home page was read as one")
        return
    page, entries = listing
    yield Diagnosis(
        "ok", "list", f"{page}: {len(entries)} entries, such as {entries[0].title} {entries[0].date or ''}"
    )
    yield from _articles([entry.url for entry in entries if place.same_site(entry.url)], place)


def _clock(home: _Answer) -> Diagnosis:
    """Our clock against the site's."""
    try:
        skew = (datetime.now(UTC) - parsedate_to_datetime(home.date or "")).total_seconds()
    except (ValueError, TypeError):
        return Diagnosis("ok", "clock", "the site does not say what time it is")
    return Diagnosis("ok" if abs(skew) < _SKEW else "fail", "clock", f"{skew:+.0f} s against the site's")


def _robots(home: str) -> Diagnosis:
    address = urljoin(home, "/robots.txt")
    answer = _fetch(address)
    if isinstance(answer, str):
        return Diagnosis("ok", "robots", f"{address} {answer}: nothing is forbidden")
    allowed = Protego.parse(answer.body.decode("utf-8", "replace")).can_fetch(home, USER_AGENT)
    return Diagnosis("ok" if allowed else "fail", "robots", f"{'allows' if allowed else 'forbids'} {home}")


def _links(reading: Reading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"list": [], "article": []}
    for link, verdict in reading.listing.links if reading.listing else ():
        if verdict.kind in found:
            found[verdict.kind].append(link.url)
    return found


def _first_list(urls: Sequence[str], place: Site) -> tuple[str, tuple[Entry, ...]] | None:
    """The first page among a few that is read as a list."""
    for url in urls[:_LISTS_TRIED]:
        answer = _fetch(url)
        if not isinstance(answer, str):
            listing = _read(answer, place).listing
            if listing and listing.is_list and listing.entries:
                return url, listing.entries
    return None


def _articles(urls: Sequence[str], place: Site) -> Iterator[Diagnosis]:
    for url in urls[:_ARTICLES]:
        answer = _fetch(url)
        if isinstance(answer, str):
            yield Diagnosis("warn", "article", f"{url} {answer}")
            continue
        reading = _read(answer, place)
        if reading.article is None:
            yield Diagnosis("warn", "article", f"{url} refused: {reading.refusal and reading.refusal.reason}")
            continue
        article = normalise(replace(reading.article, content=strip(reading.article.content)))
        yield Diagnosis("ok", "article", url)
        for line in _fields(article):
            print(line)


def _fields(article: Article) -> Iterator[str]:
    """A line a field: its name, the rule that read it, the value."""
    for name, rule in _SHOWN_FIELDS.items():
        value = getattr(article, name)
        told = article.provenance.get(rule)
        if name == "contributors":
            value = "、".join(f"{person.name} ({person.role})" for person in value)
        elif name == "attachments":
            value = str(len(value))
        elif name == "body":
            value = f"{article.char_count} characters: {value}"
        by = told.rule if told and value else "–"
        print_value = str(value or "–").replace("\n", " ")[:_SHOWN]
        yield f"        {name:<13} {by:<22} {print_value}"


def _read(answer: _Answer, place: Site) -> Reading:
    reader = Reader(place, NongshangSpider.site_name, NongshangSpider.article_page)
    return reader.read(
        Received(answer.body, place.to_site(answer.url), datetime.now(UTC), charset=answer.charset)
    )


def _fetch(url: str) -> _Answer | str:
    """A page, or why there is none. Asked for at the job's own pace, but on loopback."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        time.sleep(_PAUSE)
    try:
        with urlopen(Request(url, headers={"User-Agent": USER_AGENT}), timeout=_TIMEOUT) as answer:  # noqa: S310 - http(s), as the plan has checked
            body: bytes = answer.read(MAX_BYTES + 1)
            return _Answer(answer.url, body, answer.headers.get_content_charset(), answer.headers["Date"])
    except HTTPError as error:
        return f"answers {error.code}"
    except (OSError, ValueError) as error:
        return f"does not answer: {getattr(error, 'reason', error)}"
