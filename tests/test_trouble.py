"""Pages that raise errors, servers that fail for a while, lists without end."""

import json
import time
from dataclasses import dataclass, field

import pytest

from crawler.settings.base import ITEM_PIPELINES
from tests.demosite import Catalogue, Site
from tests.host import Host, hosting
from tests.job import change, crawl, rows

LONG_AGO = "2000-01-01T00:00:00+08:00"


@pytest.fixture
def host():
    with hosting(Site(Catalogue.load()).files()) as host:
        yield host


def test_a_page_whose_reading_raises_is_left_for_a_later_run_and_the_run_is_red(host, tmp_path):
    archive = tmp_path / "archive.db"
    stages = json.dumps({"tests.broken.Broken": 50} | ITEM_PIPELINES)
    finished = crawl(archive, "-a", f"base_url={host.url}", "-s", f"ITEM_PIPELINES={stages}")
    assert finished.returncode == 3, finished.stdout
    assert "1 pages raised an error nobody expected" in finished.stdout
    left = rows(archive, "SELECT url, reason, attempts FROM ledger WHERE state = 'queued'")
    assert [tuple(row)[1:] for row in left] == [("error:KeyError", 1)]
    change(archive, "UPDATE ledger SET next_at = ? WHERE state = 'queued'", LONG_AGO)
    assert crawl(archive, "-a", f"base_url={host.url}").returncode == 0
    assert rows(archive, "SELECT url FROM ledger WHERE state = 'queued'") == []
    assert len(rows(archive, "SELECT id FROM articles WHERE url = ?", left[0]["url"])) == 1


def test_an_address_that_fails_is_tried_by_later_runs_and_given_up_in_the_end(host, tmp_path):
    archive = tmp_path / "archive.db"
    path = Catalogue.load().story("night-market").url()
    host.failing.add(path)
    entry = "SELECT state, reason, attempts FROM ledger WHERE url = ?"
    ended = []
    for _ in range(4):
        finished = crawl(archive, "-a", f"base_url={host.url}", "-s", "RETRY_ENABLED=0")
        assert finished.returncode == 0, finished.stdout
        ended += [tuple(row) for row in rows(archive, entry, host.url + path.removeprefix("/"))]
        change(archive, "UPDATE ledger SET next_at = ? WHERE state = 'queued'", LONG_AGO)
    assert ended == [
        ("queued", "http-503", 1),
        ("queued", "http-503", 2),
        ("queued", "http-503", 3),
        ("failed", "http-503", 4),
    ]


class EndlessHost(Host):
    """Whatever page of the notices is asked for, it is the first one, and there is a next."""

    def answer(self, path, if_none_match):
        if path.startswith("/notice/index_"):
            number = int(path.removeprefix("/notice/index_").removesuffix(".html"))
            status, headers, body = super().answer("/notice/", None)
            return status, headers, body.replace(b"index_2.html", f"index_{number + 1}.html".encode())
        return super().answer(path, if_none_match)


def test_a_backfill_of_a_list_without_end_ends(tmp_path):
    archive = tmp_path / "archive.db"
    files = Site(Catalogue.load(), per_page=4).files()
    with hosting(files, EndlessHost) as host:
        finished = crawl(archive, "-a", f"base_url={host.url}", "-a", "mode=backfill")
    assert finished.returncode == 0, finished.stdout
    assert "/notice/index_2.html: lists the same as the page before" in finished.stdout


BUSY = Catalogue.load().story("night-market").url()


@dataclass
class BusyHost(Host):
    """One of its pages is too much for it, and then it wants to be left alone for a while."""

    retry_after: int = 1
    busy_until: float | None = None
    asked_too_early: list[str] = field(default_factory=list)

    def answer(self, path, if_none_match):
        if path == BUSY and self.busy_until is None:
            self.busy_until = time.monotonic() + self.retry_after
            return 429, {"Retry-After": str(self.retry_after)}, b"busy"
        if self.busy_until is not None and time.monotonic() < self.busy_until:
            self.asked_too_early.append(path)
        return super().answer(path, if_none_match)


def test_a_busy_site_is_given_the_time_it_asks_for_and_no_page_is_dropped(tmp_path):
    archive = tmp_path / "archive.db"
    with hosting(Site(Catalogue.load()).files(), BusyHost) as host:
        finished = crawl(archive, "-a", f"base_url={host.url}")
        assert finished.returncode == 0, finished.stdout
        assert host.asked_too_early == []
        assert [status for path, status in host.answers if path == BUSY] == [429, 200]
    assert "waited: retry-after" in finished.stdout
    assert rows(archive, "SELECT url FROM ledger WHERE state = 'queued'") == []


def test_a_site_that_asks_for_a_day_is_left_alone_and_the_next_run_goes_on(tmp_path):
    archive = tmp_path / "archive.db"
    with hosting(Site(Catalogue.load()).files(), BusyHost) as host:
        host.retry_after = 86_400
        finished = crawl(archive, "-a", f"base_url={host.url}")
        assert finished.returncode == 0, finished.stdout
        assert "! amber: the site is busy and asked to be left alone" in finished.stdout
        assert host.asked_too_early == []
        assert host.answers[-1] == (BUSY, 429)
        (run,) = rows(archive, "SELECT complete FROM runs")
        assert run["complete"] == 0
        query = "SELECT state, reason, julianday(next_at) - julianday(discovered_at) > 0.99 FROM ledger WHERE url = ?"
        address = host.url + BUSY.removeprefix("/")
        assert [tuple(row) for row in rows(archive, query, address)] == [("queued", "http-429", 1)]
        assert crawl(archive, "-a", f"base_url={host.url}").returncode == 0
    left = rows(archive, "SELECT url FROM ledger WHERE state = 'queued'")
    assert [row["url"] for row in left] == [address]


@dataclass
class RuledHost(Host):
    """It has a robots.txt."""

    robots: tuple[int, bytes] = (404, b"")

    def answer(self, path, if_none_match):
        if path == "/robots.txt":
            return self.robots[0], {"Content-Type": "text/plain"}, self.robots[1]
        return super().answer(path, if_none_match)


@pytest.fixture
def ruled():
    with hosting(Site(Catalogue.load()).files(), RuledHost) as host:
        yield host


def test_a_site_that_cannot_say_its_rules_is_asked_for_nothing(ruled, tmp_path):
    ruled.robots = (500, b"error")
    finished = crawl(tmp_path / "archive.db", "-a", f"base_url={ruled.url}")
    assert finished.returncode == 1
    assert "robots.txt answers 500: nothing is asked for until it can be read" in finished.stderr
    assert set(ruled.asked()) == {"/robots.txt"}


def test_a_web_page_in_place_of_the_rules_forbids_nothing(ruled, tmp_path):
    ruled.robots = (200, b"<html><body>404</body></html>")
    assert crawl(tmp_path / "archive.db", "-a", f"base_url={ruled.url}").returncode == 0
    assert len(ruled.asked(200)) > 20


def test_what_the_rules_forbid_is_left_out_by_name_and_taken_up_when_they_allow_it(ruled, tmp_path):
    archive = tmp_path / "archive.db"
    ruled.robots = (200, b"User-agent: *\nDisallow: /news/guancha/\n")
    assert crawl(archive, "-a", f"base_url={ruled.url}").returncode == 0
    forbidden = "SELECT kind FROM ledger WHERE url LIKE '%/news/guancha/%' AND (state, reason) = ('skipped', 'robots')"
    assert {row["kind"] for row in rows(archive, forbidden)} >= {"list"}
    assert not [path for path in ruled.asked() if path.startswith("/news/guancha/")]
    ruled.robots = (404, b"")
    assert crawl(archive, "-a", f"base_url={ruled.url}").returncode == 0
    assert rows(archive, forbidden) == []
    assert rows(archive, "SELECT id FROM articles WHERE url LIKE '%/news/guancha/%'")
    ruled.robots = (200, b"User-agent: *\nDisallow: /\n")
    finished = crawl(archive, "-a", f"base_url={ruled.url}")
    assert finished.returncode == 1
    assert "robots" in finished.stdout
