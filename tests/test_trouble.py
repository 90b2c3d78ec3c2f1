"""Pages that raise errors, servers that fail for a while, lists without end."""

import json

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
