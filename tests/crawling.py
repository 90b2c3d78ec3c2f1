"""The job as a scheduler runs it, for tests that need its results."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from nongshang.demo import ROOT

FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")


def places(archive: Path) -> dict[str, str]:
    """The settings of an archive and, beside it, its captures."""
    return {"ARCHIVE_URL": f"sqlite:///{archive}", "CAPTURE_DIR": str(archive.parent / "captures")}


def crawl(archive: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "scrapy", "crawl", "nongshang", *FAST, *arguments]
    environment = {**os.environ, **places(archive), **environment}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def replay(archive: Path, captures: Path, *arguments: str) -> subprocess.CompletedProcess:
    return crawl(archive, *arguments, SCRAPY_PROJECT="replay", CAPTURE_DIR=str(captures))


def rows(archive: Path, query: str, *values: object) -> list[sqlite3.Row]:
    with sqlite3.connect(archive) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(query, values).fetchall()
