"""One run at a time, whoever started it and however the one before ended."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

import storage
from storage.archive import Archive
from storage.errors import ArchiveError, ArchiveLocked
from storage.models import runs
from tests.postgresql import schema

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ROOT = Path(storage.__file__).parents[1]

START = """
import sys, time
from storage.archive import Archive
from storage.errors import ArchiveLocked
archive = Archive.open(sys.argv[1])
print("ready", flush=True)
"""

HOLD = (
    START
    + """
with archive.one_run():
    print("held", flush=True)
    time.sleep(60)
"""
)

TRY_TWENTY_TIMES = (
    START
    + """
began = float(sys.stdin.readline())
for turn in range(20):
    time.sleep(max(0, began + turn * 0.3 - time.time()))
    try:
        with archive.one_run():
            print("ran", flush=True)
            time.sleep(0.15)
    except ArchiveLocked:
        print("left", flush=True)
"""
)


def start(code, archive_url):
    job = subprocess.Popen(
        [sys.executable, "-c", code, archive_url],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert job.stdout.readline() == "ready\n"
    return job


def test_of_two_started_at_the_same_instant_one_runs_twenty_times_out_of_twenty(archive_url):
    jobs = [start(TRY_TWENTY_TIMES, archive_url) for _ in range(2)]
    instant = f"{time.time() + 0.5}\n"
    for job in jobs:
        job.stdin.write(instant)
        job.stdin.flush()
    told = [job.communicate(timeout=60)[0].split() for job in jobs]
    assert [sorted(pair) for pair in zip(*told, strict=True)] == [["left", "ran"]] * 20


def test_the_second_is_told_at_once_who_holds_the_archive_where_and_since_when(archive_url, archive):
    with start(HOLD, archive_url) as holder:
        assert holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with pytest.raises(ArchiveLocked, match=rf"since 20..-.*\+08:00: process {holder.pid} on \S+$"):
            archive.one_run().__enter__()
        assert time.monotonic() - began < 1
        holder.kill()


def test_a_killed_holder_leaves_no_lock_behind(archive_url, archive):
    with start(HOLD, archive_url) as holder:
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    for _ in range(50):  # a server notices in its own time
        try:
            with archive.one_run():
                return
        except ArchiveLocked:
            time.sleep(0.1)
    pytest.fail("the lock of a dead process holds")


def test_a_run_that_ended_lets_the_next_one_in(archive_url, archive):
    with archive.one_run():
        pass
    with Archive.open(archive_url) as other, other.one_run():
        pass


@pytest.fixture
def shared_url():
    with schema() as url:
        yield url


def test_workers_hold_an_archive_together_and_keep_out_a_run_alone(shared_url):
    with Archive.open(shared_url) as one, Archive.open(shared_url) as other:
        with one.among_workers(), other.among_workers(), pytest.raises(ArchiveLocked):
            one.one_run().__enter__()
        with one.one_run(), pytest.raises(ArchiveLocked):
            other.among_workers().__enter__()


def test_a_worker_that_begins_closes_the_rows_of_the_dead_and_no_others(shared_url):
    with Archive.open(shared_url) as archive, archive.read() as connection:
        outcomes = select(runs.c.outcome).order_by(runs.c.id)
        with archive.among_workers():
            archive.begin_run("nongshang", "incremental", AT)  # ends without a word, like one killed
        with Archive.open(shared_url) as other, archive.among_workers(), other.among_workers():
            archive.begin_run("nongshang", "incremental", AT)
            other.begin_run("nongshang", "incremental", AT)
            assert list(connection.scalars(outcomes)) == ["crashed", None, None]


def test_a_file_takes_one_run_at_a_time(tmp_path):
    with (
        Archive.open(f"sqlite:///{tmp_path / 'archive.db'}") as archive,
        pytest.raises(ArchiveError, match="PostgreSQL"),
    ):
        archive.among_workers().__enter__()
