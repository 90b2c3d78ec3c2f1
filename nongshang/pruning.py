"""`nongshang prune`: captures that may go, by the rule in docs/captures.md."""

from datetime import timedelta
from typing import Annotated

import typer

from crawler.report import ExitCode
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir
from nongshang.errors import refuse
from storage.archive import Archive
from storage.errors import ArchiveError, ArchiveLocked
from storage.pruning import Doomed, doomed
from storage.pruning import prune as let_go
from storage.run import now

_YEAR = 365


def prune(
    older_than: Annotated[int, typer.Option(min=0, metavar="DAYS", help="How long they are kept.")] = _YEAR,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only says what would go.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
) -> None:
    """Let go of old captures nothing in the archive leads to."""
    at = now()
    before = at - timedelta(days=older_than)
    try:
        with Archive.open(archive, create=False, read_only=not yes) as opened:
            if yes:
                with opened.one_run():
                    print(f"let go of {_told(let_go(opened, captures, before, at))}")
            else:
                with opened.read() as connection:
                    print(f"{_told(doomed(connection, before))} would go; --yes does it")
    except ArchiveLocked as error:
        refuse(error, ExitCode.LOCKED)
    except ArchiveError as error:
        refuse(error, ExitCode.FAULT)


def _told(found: Doomed) -> str:
    return f"{found.captures} captures, {found.bytes:,} bytes"
