"""Several workers, one archive: each address asked for once, and what a dead one held is taken over."""

import subprocess
import sys
import time
from collections import Counter, defaultdict

import pytest
from sqlalchemy import text

from storage.archive import Archive
from tests.demosite import Catalogue, Site
from tests.host import hosting
from tests.job import crawl, start
from tests.postgresql import schema

OWN = {"/", "/robots.txt"}
"""What every worker asks for itself."""


@pytest.fixture(scope="module")
def host():
    with hosting(Site(Catalogue.load()).files()) as host:
        yield host


@pytest.fixture(autouse=True)
def _forget(host):
    host.forget()


@pytest.fixture
def archive_url():
    with schema() as url:
        yield url


@pytest.fixture(scope="module")
def in_peace(host, tmp_path_factory):
    """What one run alone makes of the site."""
    archive = tmp_path_factory.mktemp("peace") / "archive.db"
    finished = crawl(archive, "-a", f"base_url={host.url}")
    assert finished.returncode == 0, finished.stdout
    return stories(f"sqlite:///{archive}"), addresses(f"sqlite:///{archive}")


def fetch(archive_url, query):
    with Archive.open(archive_url, read_only=True) as archive, archive.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def stories(archive_url):
    """Each story's addresses; which of two copies it is quoted by depends on which was met first."""
    found = defaultdict(set)
    for url, story in fetch(archive_url, "SELECT url, article_id FROM copies"):
        found[story].add(url)
    return sorted(map(sorted, found.values()))


def addresses(archive_url):
    """Every address and how it ended; a story is new at one of its addresses, whichever."""
    ends = fetch(archive_url, "SELECT url, state FROM ledger")
    return {url: state.replace("copy", "stored") for url, state in ends}


@pytest.fixture
def work(host, archive_url, tmp_path):
    """Starts a worker."""

    def start_one(*arguments):
        given = ("-a", f"base_url={host.url}", "-s", "DOWNLOAD_DELAY=0.05", "-s", "LEASE_SECONDS=6")
        places = {"SCRAPY_PROJECT": "distributed", "CAPTURE_DIR": str(tmp_path)}
        return start(archive_url, *given, *arguments, **places)

    return start_one


def ended(worker):
    said, complaints = worker.communicate(timeout=120)
    assert "Traceback" not in complaints
    assert worker.returncode == 0, said + complaints


def asked_twice(host):
    counts = Counter(host.asked())
    return {path for path, times in counts.items() if times > 1 and path not in OWN}


def wait_until(happened):
    deadline = time.monotonic() + 60
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert happened()


def test_two_workers_share_a_crawl_and_ask_for_each_address_once(host, archive_url, in_peace, work):
    host.forget()
    with work() as one, work() as other:
        ended(one)
        ended(other)
    assert (stories(archive_url), addresses(archive_url)) == in_peace
    assert asked_twice(host) == set()
    shares = fetch(archive_url, "SELECT run_id, count(*) FROM revisions GROUP BY run_id")
    assert len(shares) == 2
    assert fetch(archive_url, "SELECT outcome, complete FROM runs") == [("healthy", True)] * 2
    assert fetch(archive_url, "SELECT url FROM ledger WHERE lease_owner IS NOT NULL") == []


def test_what_a_killed_worker_held_is_taken_over(host, archive_url, in_peace, work, tmp_path):
    host.forget()
    with work("-s", "DOWNLOAD_DELAY=1") as one:
        wait_until(lambda: len(host.answers) > 3)
        with work() as other:
            wait_until(lambda: len(fetch(archive_url, "SELECT id FROM captures WHERE run_id = 2")) > 3)
            one.kill()
            one.communicate()
            held = fetch(archive_url, "SELECT url FROM ledger WHERE lease_owner = 'run 1'")
            ended(other)
    assert held
    assert (stories(archive_url), addresses(archive_url)) == in_peace
    assert {host.url + path.removeprefix("/") for path in asked_twice(host)} <= {url for (url,) in held}
    # The row of the dead is closed by whoever comes next, those of the living are left alone.
    with work() as third:
        ended(third)
    outcomes = fetch(archive_url, "SELECT outcome FROM runs ORDER BY id")
    assert outcomes == [("crashed",), ("healthy",), ("healthy",)]
    verify = [sys.executable, "-m", "nongshang", "verify", "--archive", archive_url, "--captures", tmp_path]
    assert subprocess.run(verify, capture_output=True, check=False).returncode == 0


def test_workers_keep_out_a_run_that_crawls_alone_and_one_asked_for_something_else(host, archive_url, work):
    with work("-s", "DOWNLOAD_DELAY=1") as worker:
        wait_until(lambda: len(host.answers) > 3)
        alone = crawl(archive_url, "-a", f"base_url={host.url}")
        with work("-a", "mode=backfill") as different:
            _, complaint = different.communicate(timeout=60)
        worker.terminate()
        ended(worker)
    assert (alone.returncode, different.returncode) == (75, 75)
    (line,) = alone.stderr.splitlines()
    assert f"process {worker.pid} on " in line
    (line,) = complaint.splitlines()
    assert "run 1, mode=incremental" in line
    # A worker that was stopped leaves nothing for others to wait for.
    assert fetch(archive_url, "SELECT url FROM ledger WHERE lease_owner IS NOT NULL") == []
    assert fetch(archive_url, "SELECT id FROM runs") == [(1,)]


def test_an_archive_that_takes_one_run_at_a_time_is_refused_in_one_line(host, tmp_path):
    archive = tmp_path / "archive.db"
    finished = crawl(archive, "-a", f"base_url={host.url}", SCRAPY_PROJECT="distributed")
    assert finished.returncode == 2
    (line,) = finished.stderr.splitlines()
    assert "PostgreSQL" in line
    assert not archive.exists()
