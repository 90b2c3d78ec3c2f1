"""Whole runs kept as tests: lists, redirects, errors and the clock, replayed into an archive.

tests/fixtures/runs/errors-and-an-edit/
meta.json      why it was kept
captures/      the WARC files of every run
archive.json   every row the replay makes
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from nongshang.cases import CaseError, checked_name
from storage.archive import Archive
from storage.models import metadata, warc_files

Rows = dict[str, list[dict[str, Any]]]
"""By table."""

_OWN_CLOCK: Mapping[str, set[str]] = {"runs": {"finished_at", "stats"}}
"""What a replay can't repeat: when it ended, and how long it took."""

_RULES = {"rule_version", "provenance", "reading_digest"}
"""What says how a page was read, not what it says."""


@dataclass(frozen=True, slots=True)
class RunCase:
    """One folder."""

    folder: Path

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def expected(self) -> Rows:
        """The rows a person has accepted."""
        rows: Rows = json.loads((self.folder / "archive.json").read_text("utf-8"))
        return rows

    def accept(self, rows: Rows) -> None:
        """Keep these rows as what is expected from now on."""
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        (self.folder / "archive.json").write_text(text + "\n", "utf-8")

    def replayed(self) -> Rows:
        """The rows a replay makes today.

        Raises:
            CaseError: the replay failed; the message is its own.
        """
        with tempfile.TemporaryDirectory() as scratch:
            url = f"sqlite:///{scratch}/archive.db"
            command = [sys.executable, "-m", "scrapy", "crawl", "nongshang", "-a", "run=all"]
            environment = {
                **os.environ,
                "SCRAPY_SETTINGS_MODULE": "crawler.settings.replay",  # from any folder
                "ARCHIVE_URL": url,
                "CAPTURE_DIR": str((self.folder / "captures").resolve()),
            }
            ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
            if ended.returncode:
                raise CaseError(f"{self.name}: the replay ended with {ended.returncode}: {ended.stderr}")
            with Archive.open(url, read_only=True) as archive, archive.read() as connection:
                return rows_of(connection)


def run_cases(base: Path) -> list[RunCase]:
    """Every whole-run case in a folder, by name."""
    return [RunCase(meta.parent) for meta in sorted(base.glob("*/meta.json"))]


def record_runs(base: Path, name: str, connection: Connection, captures: Path, *, why: str) -> RunCase:
    """Keep every run of an archive as a new case; what the archive holds is what is expected.

    Raises:
        CaseError: the name is none, or is taken.
    """
    case = RunCase(base / checked_name(name))
    if case.folder.exists():
        raise CaseError(f"{case.folder} is there already")
    (case.folder / "captures").mkdir(parents=True)
    for file in connection.scalars(select(warc_files.c.name)):
        shutil.copy(captures / file, case.folder / "captures" / file)
    meta = json.dumps({"why": why}, ensure_ascii=False, indent=1)
    (case.folder / "meta.json").write_text(meta + "\n", "utf-8")
    case.accept(case.replayed())
    return case


def rows_of(connection: Connection) -> Rows:
    """Every row of an archive, without what a replay can't repeat."""
    return {table.name: list(_rows(connection, table)) for table in metadata.sorted_tables}


def _rows(connection: Connection, table: Any) -> Iterator[dict[str, Any]]:
    left_out = _RULES | _OWN_CLOCK.get(table.name, set())
    columns = [column for column in table.c if column.name not in left_out]
    for row in connection.execute(select(*columns).order_by(*table.primary_key)).mappings():
        yield {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()
        }
