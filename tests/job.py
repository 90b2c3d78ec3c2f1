"""The real job as a process, and a look into the archive it leaves."""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from nongshang.demo import ROOT

FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")


def start(
    archive: Path | str, *arguments: str, largest_file: int | None = None, **environment: str
) -> subprocess.Popen:
    """Start `scrapy crawl nongshang` without manners; later arguments win.

    No file may grow beyond `largest_file`: to the archive that is a disk without room.
    """

    def limit() -> None:
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    url = archive if isinstance(archive, str) else f"sqlite:///{archive}"
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", "nongshang", *FAST, *arguments],
        cwd=ROOT,
        env={**os.environ, "ARCHIVE_URL": url, "COLUMNS": "200", **environment},
        preexec_fn=limit,  # noqa: PLW1509 - the test starts no threads that hold a lock the child needs
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def crawl(
    archive: Path | str, *arguments: str, largest_file: int | None = None, **environment: str
) -> subprocess.CompletedProcess:
    """Run it to its end."""
    with start(archive, *arguments, largest_file=largest_file, **environment) as running:
        stdout, stderr = running.communicate(timeout=300)
    return subprocess.CompletedProcess(running.args, running.returncode, stdout, stderr)


def rows(archive: Path, query: str, *values: object) -> list[sqlite3.Row]:
    """The rows a query gives."""
    connection = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        return connection.execute(query, values).fetchall()
    finally:
        connection.close()


def change(archive: Path, statement: str, *values: object) -> None:
    """Change an archive behind its back: so a test makes time pass."""
    connection = sqlite3.connect(archive)
    try:
        with connection:
            connection.execute(statement, values)
    finally:
        connection.close()


def wait_for(archive: Path, query: str, running: subprocess.Popen) -> None:
    """Until a query has a row to give, or the job has ended."""
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        try:
            if rows(archive, query):
                return
        except sqlite3.OperationalError:
            pass  # the archive is not made yet
        time.sleep(0.01)
    if running.poll() is None:
        raise AssertionError("the crawl never came so far")
