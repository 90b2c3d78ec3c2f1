"""A site that changes under a job run night after night: each change lands where the docs say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.demosite import Catalogue, Site, Story
from tests.host import hosting
from tests.job import change, crawl, rows

TODAY = datetime.now(UTC).strftime("%Y-%m-%d")
LONG_AGO = "2000-01-01T00:00:00+08:00"

SITE = Site(Catalogue.load())
SECTION = "/news/yaowen/"
OWN_CLOCK = ("last_seen_at", "next_at", "run_id", "state", "reason")


class Nights:
    """One archive, one site, one run after the other."""

    def __init__(self, host, archive: Path) -> None:
        self.host, self.archive, self.site = host, archive, SITE

    def run(self, *arguments: str):
        self.host.files = self.site.files()
        self.host.forget()
        finished = crawl(self.archive, "-a", f"base_url={self.host.url}", *arguments)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert "Traceback" not in finished.stderr
        return finished

    def recheck(self, *arguments: str):
        """Look at every known article again, as if its time had come."""
        change(
            self.archive,
            "UPDATE ledger SET next_at = ? WHERE kind = 'article' AND next_at IS NOT NULL",
            LONG_AGO,
        )
        return self.run("-a", "mode=recheck", *arguments)

    def alter(self, **fields) -> None:
        self.site = replace(self.site, **fields)

    def rows(self, query: str, *values: object):
        return [tuple(row) for row in rows(self.archive, query, *values)]

    def at(self, path: str) -> str:
        return self.host.url + path.removeprefix("/")

    def dump(self) -> dict[str, list[dict]]:
        tables = ("articles", "contributors", "attachments", "copies", "revisions", "ledger", "rejections")
        return {table: [self._stable(row) for row in self._all(table)] for table in tables}

    def _all(self, table: str):
        return rows(self.archive, f"SELECT * FROM {table} ORDER BY 1, 2")

    @staticmethod
    def _stable(row) -> dict:
        return {name: row[name] for name in row.keys() if name not in OWN_CLOCK}  # noqa: SIM118 - sqlite3.Row


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """The demo site after its first night."""
    with hosting({}) as host:
        nights = Nights(host, tmp_path_factory.mktemp("nights") / "archive.db")
        nights.host.etags = True
        nights.run()
        yield nights


def story(key: str, **fields) -> Story:
    paragraph = f"山口农商银行的夜校{key}班今晚开课，来的都是附近村里的养殖户。"
    text = f"{paragraph * 5}\n{paragraph * 4}"
    told = {
        "section": SECTION,
        "title": f"夜校开课记（{key}）",
        "published": f"{TODAY} 08:00:00",
        "source": "中国农商行网",
        "writer": "周大山",
    }
    return Story(**{"key": key, "text": text, **told, **fields})


# One module, one site: the tests run in the order of its nights.


def test_a_night_without_news_writes_nothing_and_asks_for_little(nights):
    before = nights.dump()
    nights.run()
    assert nights.dump() == before
    first_pages = {section.path for section in nights.site.catalogue.sections}
    assert sorted(nights.host.asked()) == sorted(["/robots.txt", "/", *first_pages])


def test_the_reason_to_stop_is_printed_and_kept(nights):
    finished = nights.run()
    window = (datetime.now(UTC) + timedelta(hours=8) - timedelta(days=7)).date()
    line = f"{nights.at(SECTION)}: known and older than {window}"
    assert line in finished.stdout
    assert line in nights.rows("SELECT stop_reason FROM runs ORDER BY id DESC")[0][0].split("; ")


def test_checked_again_unchanged_pages_answer_304_and_only_the_time_is_noted(nights):
    before = nights.dump()
    nights.recheck()
    assert nights.dump() == before
    parted = {story.url() for story in nights.site.catalogue.stories if len(story.parts) > 1}
    read_whole = {path for path in nights.host.asked(200) if path.endswith(".html") and "_" not in path}
    assert read_whole == parted  # the server vouches for one part only
    assert len(nights.host.asked(304)) > 20


def test_a_new_story_is_found_behind_a_pinned_old_one(nights):
    pinned = nights.site.catalogue.change("pinned-manifesto", pinned=True)
    nights.alter(catalogue=pinned.add(story("night-school", id=9001)))
    nights.run()
    assert nights.rows("SELECT count(*) FROM articles WHERE url LIKE '%/9001.html'") == [(1,)]
    read = [path for path in nights.host.asked() if path.startswith(SECTION) and "index_" in path]
    assert len(read) == 1  # a page with news is turned, the next one is known and old


def test_a_story_entered_late_is_found_among_the_known_ones_of_the_window(nights):
    days = [datetime.now(UTC) - timedelta(days=age) for age in range(1, 6)]
    known = [
        story(f"daily-{n}-{day:%m%d}", id=9100 + 10 * n + d, published=f"{day:%Y-%m-%d} 1{n}:00:00")
        for d, day in enumerate(days)
        for n in range(4)
    ]
    nights.alter(catalogue=nights.site.catalogue.add(*known))
    nights.run()
    late = story("late", id=9002, published=f"{days[4]:%Y-%m-%d} 00:01:00")
    nights.alter(catalogue=nights.site.catalogue.add(late))
    nights.run()
    assert nights.rows("SELECT count(*) FROM articles WHERE url LIKE '%/9002.html'") == [(1,)]


def test_one_dated_back_beyond_the_window_is_found_when_its_list_page_is_due(nights):
    old = story("old", id=9003, published="2023-10-01 08:00:00", entered=TODAY)
    nights.alter(catalogue=nights.site.catalogue.add(old))
    change(nights.archive, "UPDATE ledger SET next_at = ? WHERE kind = 'list'", LONG_AGO)
    nights.run()
    assert nights.rows("SELECT count(*) FROM articles WHERE url LIKE '%/9003.html'") == [(1,)]


def test_a_regenerated_site_is_the_same_site(nights):
    before = nights.dump()["revisions"]
    nights.alter(edition=2)
    nights.recheck()
    assert nights.dump()["revisions"] == before
    assert len(nights.host.asked(200)) > 20  # every page differs in its sidebar


def test_an_edited_story_gets_a_revision_and_keeps_the_old_text(nights):
    catalogue = nights.site.catalogue
    text = catalogue.story("county-forum").text
    nights.alter(catalogue=catalogue.change("county-forum", text=text + "\n\n更正：与会人数应为一百二十人。"))
    nights.recheck()
    url = nights.at(catalogue.story("county-forum").url())
    query = "SELECT instr(body, '一百二十人') > 0, cause FROM revisions WHERE url = ? ORDER BY id"
    assert nights.rows(query, url) == [(0, "site"), (1, "site")]
    assert nights.rows("SELECT instr(body, '一百二十人') > 0 FROM articles WHERE url = ?", url) == [(1,)]


def test_a_removed_story_is_gone_but_not_lost_and_one_that_comes_back_is_there(nights):
    whole = nights.site.catalogue
    url = nights.at(whole.story("grain-depot").url())
    query = "SELECT gone_at IS NOT NULL, body <> '' FROM articles WHERE url = ?"
    nights.alter(catalogue=whole.remove("grain-depot"))
    nights.recheck()
    assert nights.rows(query, url) == [(1, 1)]
    assert nights.rows("SELECT state, reason FROM ledger WHERE url = ?", url) == [("gone", "http-404")]
    nights.alter(catalogue=whole)
    nights.recheck()
    assert nights.rows(query, url) == [(0, 1)]


def test_a_moved_story_takes_its_history_along(nights):
    catalogue = nights.site.catalogue
    old = catalogue.story("green-bond").url()
    nights.alter(catalogue=catalogue.change("green-bond", id=9004))
    new = nights.site.catalogue.story("green-bond").url()
    nights.host.moved[old] = new
    ((article,),) = nights.rows("SELECT id FROM articles WHERE url = ?", nights.at(old))
    nights.recheck()
    assert nights.rows("SELECT url FROM articles WHERE id = ?", article) == [(nights.at(new),)]
    copies = "SELECT url, kind FROM copies WHERE article_id = ?"
    assert nights.rows(copies, article) == [(nights.at(new), "canonical")]
    assert nights.rows("SELECT count(*) FROM revisions WHERE article_id = ?", article) == [(1,)]
    ended = "SELECT state FROM ledger WHERE url = ?"
    assert nights.rows(ended, nights.at(old)) == [("redirected",)]


def test_a_recheck_can_be_limited_to_days_and_sections(nights):
    nights.recheck("-a", "since=2024-05-01", "-a", "until=2024-05-31", "-a", "sections=农商要闻")
    checked = [path for path in nights.host.asked() if path.endswith(".html")]
    assert checked
    assert all(path.startswith(f"{SECTION}2024-05") for path in checked), checked


def test_every_address_ended_and_no_story_is_there_twice(nights):
    assert nights.rows("SELECT url FROM ledger WHERE state = 'queued'") == []
    titles = "SELECT title FROM articles GROUP BY title, body HAVING count(*) > 1"
    assert nights.rows(titles) == []
