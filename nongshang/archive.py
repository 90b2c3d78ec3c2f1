"""What the doors to an archive share: where it is, and opening it for looking."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.report import code_of
from nongshang.errors import refuse
from storage.archive import Archive
from storage.errors import ArchiveError

ArchiveUrl = Annotated[
    str, typer.Option("--archive", envvar="ARCHIVE_URL", help="SQLAlchemy URL of the archive.")
]
DEFAULT_URL = "sqlite:///data/archive.db"

CaptureDir = Annotated[
    Path, typer.Option("--captures", envvar="CAPTURE_DIR", help="Folder of the raw pages.")
]
DEFAULT_CAPTURES = Path("data/captures")

LARGEST = 2**31 - 1
"""No article has a larger number, and no archive more of them; PostgreSQL can't even be asked for one."""


def open_for_reading(url: str) -> Archive:
    """The archive, or one line that says why it can't be read."""
    try:
        return Archive.open(url, create=False, read_only=True)
    except ArchiveError as error:
        refuse(error, code_of(error))


def open_for_writing(url: str) -> Archive:
    """The archive, or one line that says why it can't be written."""
    try:
        return Archive.open(url, create=False)
    except ArchiveError as error:
        refuse(error, code_of(error))
