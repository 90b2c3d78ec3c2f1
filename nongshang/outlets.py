"""`nongshang sources`: which spellings are one outlet."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy import Connection

from crawler.report import code_of
from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from pipelines.sources import printed_source
from storage import sources
from storage.archive import Archive
from storage.errors import ArchiveError

app = typer.Typer(help="The outlets credited, and the spellings of each.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of an outlet, or one of its spellings.")]


@app.command("list")
def list_sources(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """List the outlets, the most quoted first."""
    with open_for_reading(archive) as opened, opened.read() as connection:
        found = sources.listed(connection)
    for name, articles, aliases in found:
        if as_json:
            line = {"name": name, "articles": articles, "aliases": aliases}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            also = f"  ({'、'.join(aliases)})" if aliases else ""
            print(f"{articles:6}  {name}{also}")


@app.command("merge")
def merge(given_up: Name, kept: Name, archive: ArchiveUrl = DEFAULT_URL) -> None:
    """Make two outlets one: GIVEN_UP becomes a spelling of KEPT, in articles to come too."""
    with _writing(archive) as connection:
        merged = sources.merge(connection, given_up, kept)
    print(f"{given_up} is {kept} from now on" if merged else f"{given_up} and {kept} are one outlet already")


@app.command("rename")
def rename(name: Name, better: str, archive: ArchiveUrl = DEFAULT_URL) -> None:
    """Call an outlet by another name; the old one stays a spelling of it."""
    clean = printed_source(better)
    if clean is None:
        refuse(f"{better!r} names no outlet")
    with _writing(archive) as connection:
        sources.rename(connection, name, clean)
    print(f"{name} is called {clean} from now on")


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    try:
        with Archive.open(url, create=False) as archive, archive.transaction() as tx:
            yield tx.connection
    except ArchiveError as error:
        refuse(error, code_of(error))
    except (sources.UnknownSource, ValueError) as error:
        refuse(error)
