"""`nongshang export` and `nongshang snapshot`: taking the archive elsewhere."""

import csv
import io
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Annotated, Any, Literal
from urllib.parse import quote

import typer
from rich.console import Console
from rich.progress import track
from sqlalchemy import Connection, bindparam, make_url, text

from crawler.report import ExitCode
from nongshang.archive import DEFAULT_URL, ArchiveUrl, open_for_reading
from nongshang.errors import refuse
from nongshang.searching import Person, Section, Since, Source, Until, make_query
from nongshang.spreadsheet import harmless_cell
from storage.search import Query, matching_ids

Format = Literal["csv", "jsonl", "parquet"]
Row = Mapping[str, Any]

_BATCH = 500

_ROWS = text(
    "SELECT l.*, a.published_precision, a.body, a.content_hash, a.rule_version, c.digest AS capture_digest "
    "FROM article_list l JOIN articles a ON a.id = l.id LEFT JOIN captures c ON c.id = a.capture_id "
    "WHERE a.id IN :ids ORDER BY a.id"
).bindparams(bindparam("ids", expanding=True))


def export(  # noqa: PLR0913 - one an option
    target: Annotated[
        Path, typer.Argument(help="File to write; its ending says the form: csv, jsonl, parquet.")
    ],
    words: Annotated[
        list[str] | None, typer.Argument(help="A question, as for `search`; all articles if none.")
    ] = None,
    *,
    section: Section = None,
    source: Source = None,
    person: Person = None,
    since: Since = None,
    until: Until = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin a CSV with the mark by which Excel knows UTF-8.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave CSV cells that begin like formulas as they are.")
    ] = False,
    archive: ArchiveUrl = DEFAULT_URL,
) -> None:
    """Write articles to a file, whole or what a search finds.

    The file appears when it is complete; beside it a note, `TARGET.about.json`, says what it holds.
    """
    if target.suffix not in _WRITERS:
        refuse(f"{target.name}: the ending must be one of {', '.join(_WRITERS)}")
    query = make_query(
        " ".join(words or ()), section=section, source=source, person=person, since=since, until=until
    )
    with open_for_reading(archive) as opened, opened.read() as connection:
        numbers = sorted(matching_ids(connection, query))
        try:
            write(connection, numbers, target, bom=bom, raw=raw)
        except OSError as error:
            refuse(f"{target} can't be written: {os.strerror(error.errno or 0)}", ExitCode.FAULT)
        except ModuleNotFoundError:
            refuse("Parquet needs one more package: pip install 'nongshang[parquet]'")
    _write_note(target, len(numbers), words or (), query, raw=raw)
    print(f"{len(numbers):,} articles in {target}")


def write(
    connection: Connection, numbers: Sequence[int], target: Path, *, bom: bool = False, raw: bool = False
) -> None:
    """Write the articles of these numbers to a file, in the form its ending says."""
    if target.suffix == ".parquet":
        import pyarrow  # noqa: F401, ICN001, PLC0415 - so that it is missed before anything is written
    with _appearing_whole(target) as file:
        _WRITERS[target.suffix](file, _rows(connection, numbers), bom=bom, raw=raw)


@contextmanager
def _appearing_whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that stands under its name once it is complete and on disk; an older one stands until then."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _rows(connection: Connection, numbers: Sequence[int]) -> Iterator[list[Row]]:
    starts = range(0, len(numbers), _BATCH)
    for start in track(starts, "exporting", console=Console(stderr=True), transient=True):
        found = connection.execute(_ROWS, {"ids": numbers[start : start + _BATCH]})
        yield [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write_csv(file: IO[bytes], batches: Iterable[list[Row]], *, bom: bool, raw: bool) -> None:
    lines = io.TextIOWrapper(file, encoding="utf-8-sig" if bom else "utf-8", newline="", write_through=True)
    # In quotes, as a spreadsheet may split at semicolons and tabs too, and find a formula behind one.
    writer = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(_COLUMNS)
    for batch in batches:
        for row in batch:
            writer.writerow(row.values() if raw else map(harmless_cell, row.values()))
    lines.detach()


def _write_jsonl(file: IO[bytes], batches: Iterable[list[Row]], **_: bool) -> None:
    for batch in batches:
        file.writelines(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in batch)


def _write_parquet(file: IO[bytes], batches: Iterable[list[Row]], **_: bool) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    numbers = {"id", "char_count", "copies"}
    schema = pa.schema([(name, pa.int64() if name in numbers else pa.string()) for name in _COLUMNS])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_table(pa.Table.from_pylist([dict(row) for row in batch], schema=schema))


_COLUMNS = (
    *("id", "day", "published_at", "section", "kicker", "title", "subtitle", "source", "contributors"),
    *("char_count", "copies", "url", "published_precision", "body", "content_hash", "rule_version"),
    "capture_digest",
)

_WRITERS = {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}


def _write_note(target: Path, rows: int, words: Sequence[str], query: Query, *, raw: bool) -> None:
    filters = {name: getattr(query, name) for name in ("section", "source", "person", "since", "until")}
    note = {
        "file": target.name,
        "articles": rows,
        "question": " ".join(words) or None,
        **{name: str(value) for name, value in filters.items() if value},
        "columns": _COLUMNS,
        "formulas": "as printed"
        if raw or target.suffix != ".csv"
        else "cells that begin like one have an apostrophe in front",
    }
    with _appearing_whole(target.with_name(f"{target.name}.about.json")) as file:
        file.write(json.dumps(note, ensure_ascii=False, indent=2).encode() + b"\n")


def snapshot(
    target: Annotated[Path, typer.Argument(help="File to write.")], archive: ArchiveUrl = DEFAULT_URL
) -> None:
    """Write a compact read-only copy of an archive in SQLite, for sharing; a crawl may go on meanwhile."""
    with open_for_reading(archive):
        url = make_url(archive)
    if url.get_backend_name() != "sqlite":
        refuse("a snapshot is of an archive in SQLite; see copy-archive")
    if target.exists():
        refuse(f"{target} is there already")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(f"file:{quote(str(url.database))}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        with closing(sqlite3.connect(unfinished)) as connection:
            # One file, without a log beside it, that nobody need be able to write next to.
            connection.execute("PRAGMA journal_mode = DELETE")
        unfinished.chmod(0o444)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        refuse(f"{target} can't be written: {error}", ExitCode.FAULT)
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")
