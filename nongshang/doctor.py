"""`nongshang doctor`: is this machine ready, and how would the site be read? Nothing is stored."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import URL, text

from crawler.plan import CrawlPlan, WrongUse
from crawler.report import ExitCode
from crawler.settings.base import CAPTURE_DIR
from nongshang.archive import DEFAULT_URL, ArchiveUrl
from nongshang.errors import refuse
from nongshang.firstlook import Diagnosis, Level, site
from nongshang.terminal import harmless
from storage.archive import Archive
from storage.database import explained, kind_of, parse_url
from storage.errors import ArchiveError, ArchiveLocked
from storage.schema import LATEST, version_of

_ROOM = 1024**3
_OLDEST_SQLITE, _OLDEST_POSTGRESQL = (3, 35), 13_00_00
"""SQLite learnt RETURNING there; older PostgreSQL is kept up by nobody."""

_EXTRAS = {"NONGSHANG_MESSAGES": "apprise", "NONGSHANG_METRICS": "prometheus_client"}
"""Settings that ask for a package of their own."""


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
    if base_url:
        try:
            base_url = CrawlPlan.from_arguments({"base_url": base_url}).base_url
        except WrongUse as error:
            refuse(error)
    levels = [_tell(each) for each in machine(archive, captures)]
    levels += [_tell(each) for each in site(base_url)] if base_url else []
    if failed := levels.count("fail"):
        print(f"\n{failed} to be mended first: the lines that begin with fail")
        raise typer.Exit(int(ExitCode.FAULT))
    print(f"\nnext: {_next(base_url)}")


def _next(base_url: str | None) -> str:
    if base_url is None:
        return "nongshang doctor URL, which shows how the site is read"
    return (
        "hold these pages against the browser; if they are right,\n"
        f"      scrapy crawl nongshang -a base_url={base_url} -a limit=20"
    )


def _tell(diagnosis: Diagnosis) -> Level:
    print(f"{diagnosis.level:<5} {diagnosis.what:<10} {' '.join(harmless(diagnosis.found).split())}")
    for line in diagnosis.details:
        print(line)
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
    for name, package in _EXTRAS.items():
        if os.environ.get(name):
            found = find_spec(package) is not None
            said = f"{name} is set, {package} is {'there' if found else f'missing: pip install {package}'}"
            yield Diagnosis("ok" if found else "warn", "extras", said)


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
        try:
            with Archive.open(address, create=False) as archive, archive.one_run(), archive.transaction():
                yield Diagnosis("ok", "archive", "there, of this version, and nobody else is writing to it")
        except ArchiveLocked as error:
            yield Diagnosis("warn", "archive", f"{error}: a run started now would end with 75")
