"""The job is killed, stopped, started twice, and meets a full disk: nothing is lost, nothing is there twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from soak.kills import Killer, content
from tests.demosite import Catalogue, Site
from tests.host import hosting
from tests.job import crawl, rows, start, wait_for

BEGUN = "SELECT url FROM ledger WHERE state = 'stored' AND kind = 'article'"


@pytest.fixture(scope="module")
def host():
    with hosting(Site(Catalogue.load()).files()) as host:
        yield host


@pytest.fixture(scope="module")
def killer(host, tmp_path_factory):
    return Killer(host, tmp_path_factory.mktemp("kills"), random.Random(7))


def test_killed_again_and_again_the_archive_is_that_of_a_crawl_left_in_peace(killer):
    survival = killer.torment(5)
    assert survival.differences == []
    assert survival.kills > 2
    assert survival.is_flawless, survival.refetched


def stopped(killer, archive, *signals):
    """Stop a crawl in its middle; gives the job and what it said."""
    with start(archive, "-a", f"base_url={killer.host.url}", "-s", "DOWNLOAD_DELAY=0.05") as job:
        wait_for(archive, BEGUN, job)
        for number in signals:
            job.send_signal(number)
            time.sleep(0.02)
        said, complaints = job.communicate(timeout=60)
    assert "Traceback" not in complaints
    return job.returncode, said


def goes_on(killer, archive):
    finished = crawl(archive, "-a", f"base_url={killer.host.url}")
    assert finished.returncode == 0, finished.stdout
    assert content(archive) == killer.expected


def test_sigterm_finishes_what_is_in_flight_and_the_next_run_goes_on(killer, tmp_path):
    archive = tmp_path / "archive.db"
    code, said = stopped(killer, archive, signal.SIGTERM)
    assert code == 0, said
    assert "shutdown" in said
    (run,) = rows(archive, "SELECT outcome, exit_code, complete FROM runs")
    assert tuple(run) == ("healthy", 0, 0)
    goes_on(killer, archive)


def test_ctrl_c_twice_ends_at_once_and_the_next_run_goes_on(killer, tmp_path):
    archive = tmp_path / "archive.db"
    code, _ = stopped(killer, archive, signal.SIGINT, signal.SIGINT)
    assert code == 130
    goes_on(killer, archive)


def test_a_run_killed_is_closed_as_crashed_by_the_next(killer, tmp_path):
    archive = tmp_path / "archive.db"
    stopped(killer, archive, signal.SIGKILL)
    goes_on(killer, archive)
    told = rows(archive, "SELECT outcome, complete, round FROM runs ORDER BY id")
    assert [tuple(run) for run in told] == [("crashed", 0, 1), ("healthy", 1, 1)]


def test_a_second_run_leaves_within_a_second_and_says_who_holds_the_archive(killer, tmp_path):
    archive = tmp_path / "archive.db"
    arguments = ("-a", f"base_url={killer.host.url}")
    with start(archive, *arguments, "-s", "DOWNLOAD_DELAY=0.2") as first:
        wait_for(archive, "SELECT id FROM runs", first)
        second = crawl(archive, *arguments)
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=60)
    assert second.returncode == 75
    (line,) = second.stderr.splitlines()
    assert f"process {first.pid} on " in line
    assert "+08:00" in line
    assert len(rows(archive, "SELECT id FROM runs")) == 1


def test_an_analyst_who_reads_all_along_holds_up_nobody(killer, tmp_path):
    archive = tmp_path / "archive.db"
    arguments = ("-a", f"base_url={killer.host.url}")
    with start(archive, *arguments) as job:
        wait_for(archive, "SELECT id FROM runs", job)
        analyst = sqlite3.connect(f"file:{archive}?mode=ro", uri=True, isolation_level=None)
        analyst.execute("BEGIN")
        (seen,) = analyst.execute("SELECT count(*) FROM articles").fetchone()
        said, _ = job.communicate(timeout=60)
        assert analyst.execute("SELECT count(*) FROM articles").fetchone() == (seen,)
        analyst.close()
    assert job.returncode == 0, said
    assert content(archive) == killer.expected


@pytest.fixture
def disk(tmp_path, capsys):
    """A small disk, and what gives it more room; a limit on the size of files where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def resize(size, *how):
        return subprocess.run(
            ["mount", "-t", "tmpfs", "-o", ",".join((*how, f"size={size}")), "tmpfs", folder],
            capture_output=True,
            check=False,
        )

    mounted = resize("1m").returncode == 0
    if not mounted:
        with capsys.disabled():
            sys.stdout.write("no disk may be mounted here: files are kept from growing instead\n")
    yield folder, (lambda size: resize(size, "remount").check_returncode()) if mounted else None
    if mounted:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("room", [60_000, 450_000, 1_200_000])  # at the tables, at a list, at an article
def test_a_full_disk_ends_the_run_in_one_line_and_with_room_the_next_goes_on(killer, disk, room):
    folder, give = disk
    archive, captures = folder / "archive.db", folder / "captures"
    arguments = ("-a", f"base_url={killer.host.url}", "-s", f"CAPTURE_DIR={captures}")
    if give:
        give(room)
    finished = crawl(archive, *arguments, largest_file=None if give else room)
    assert finished.returncode == 1, finished.stdout + finished.stderr
    said = [line for line in finished.stderr.splitlines() if " pages (" not in line]  # progress apart
    assert len(said) <= 1
    assert f"{folder}/" in (finished.stdout + "".join(said))
    assert "the disk is full" in (finished.stdout + "".join(said))
    if give:
        give("64m")
    finished = crawl(archive, *arguments)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert content(archive) == killer.expected
    assert verified(archive, captures).returncode == 0


def test_captures_that_find_no_room_end_the_run_and_cost_no_address(killer, disk, tmp_path):
    folder, give = disk
    if give:
        give(20_000)
    archive = tmp_path / "archive.db"
    arguments = ("-a", f"base_url={killer.host.url}")
    finished = crawl(
        archive, *arguments, "-s", f"CAPTURE_DIR={folder}", largest_file=None if give else 20_000
    )
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "the disk is full" in finished.stdout + finished.stderr
    if give:
        assert f"captures can't be kept in {folder}" in finished.stdout
        assert rows(archive, "SELECT url FROM ledger WHERE state = 'queued' AND reason IS NOT NULL") == []
        give("64m")
    assert crawl(archive, *arguments, "-s", f"CAPTURE_DIR={folder}").returncode == 0
    assert content(archive) == killer.expected


def verified(archive, captures):
    return subprocess.run(
        [sys.executable, "-m", "nongshang", "verify", "--archive", f"sqlite:///{archive}"],
        env={**os.environ, "CAPTURE_DIR": str(captures)},
        capture_output=True,
        text=True,
        check=False,
    )
