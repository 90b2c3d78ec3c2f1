"""`nongshang backup`, `restore`, `copy-archive`, `remove`: an archive kept safe, moved, and kept lawful."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from crawler.report import ExitCode, code_of
from nongshang.archive import DEFAULT_CAPTURES, DEFAULT_URL, ArchiveUrl, CaptureDir, open_for_reading
from nongshang.errors import refuse
from nongshang.terminal import harmless
from storage.archive import Archive
from storage.backup import Note, back_up, verify_backup
from storage.backup import restore as put_back
from storage.copying import copy_archive
from storage.errors import ArchiveError
from storage.models import articles
from storage.removal import Removed, find
from storage.removal import remove as take_out
from storage.run import now


def backup(
    target: Annotated[
        Path, typer.Argument(help="The file to make; a note of what it holds is put beside it.")
    ],
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Copy the archive, also while a crawl goes on, and check the copy."""
    try:
        note = back_up(archive, target)
    except ArchiveError as error:
        refuse(error, code_of(error))
    print(f"{target}: {_told(note)}")


def restore(
    backup_file: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file `nongshang backup` made.")],
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Only check it; nothing is changed.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of the archive there.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Check a backup, and put it where the archive stands."""
    try:
        note = verify_backup(backup_file) if verify else put_back(backup_file, archive, replace=replace)
    except ArchiveError as error:
        refuse(error, code_of(error))
    print(f"{backup_file}: sound, {_told(note)}{'' if verify else f'; restored to {archive}'}")


def copy(
    target: Annotated[
        str, typer.Argument(help="SQLAlchemy URL of the archive to copy into; made if missing.")
    ],
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Copy the archive into another database, from SQLite to PostgreSQL or back."""
    try:
        with open_for_reading(archive) as source, Archive.open(target) as made:
            rows = copy_archive(source, made)
    except ArchiveError as error:
        refuse(error, code_of(error))
    print(f"copied {rows['articles']} articles, {sum(rows.values())} rows in all")


def remove(
    which: Annotated[str, typer.Argument(help="Number or address of the article.")],
    *,
    why: Annotated[str, typer.Option(help="Who asked, and when: kept with the tombstone.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only says what would go.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
    captures: CaptureDir = DEFAULT_CAPTURES,
) -> None:
    """Take an article out for good: its text goes, it is not fetched or filed again."""
    if not why.strip():
        refuse("--why is kept with the tombstone: say who asked, and when")
    try:
        with Archive.open(archive, create=False) as opened:
            with opened.read() as connection:
                article_id = find(connection, which)
                title = connection.scalar(select(articles.c.title).where(articles.c.id == article_id))
            if article_id is None:
                refuse(f"no article is {which}; `nongshang search` shows number and address")
            if not yes:
                print(
                    f"article {article_id} 《{harmless(title or '')}》 would go, with its copies, revisions and captures"
                )
                print("--yes does it; there is no way back")
                return
            with opened.one_run():  # which writes to the captures too
                removed = take_out(opened, captures, article_id, why=why, at=now())
    except ArchiveError as error:
        refuse(error, code_of(error))
    _tell(removed)


def _tell(removed: Removed) -> None:
    for url in removed.urls:
        print(f"removed: {url}")
    print(f"{removed.captures} captures blanked; backups made before and exports still hold the text")
    if removed.left:
        for why in removed.left:
            print(f"a capture could not be blanked, the next run tries again: {why}", file=sys.stderr)
        raise typer.Exit(int(ExitCode.FAULT))


def _told(note: Note) -> str:
    return f"{note.rows['articles']} articles, {note.bytes:,} bytes, made at {note.made_at}"
