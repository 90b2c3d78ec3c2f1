"""What goes wrong with a site overnight, each caught in the first run; and what is no cause for alarm."""

import json
import re
import shutil
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from crawler.health import judge
from nongshang.__main__ import app
from storage.health import Facts
from tests.crawling import crawl, rows
from tests.demosite import Catalogue, Section, Site, Story

NIGHT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TOWNS = [
    "柳湾",
    "桑坪",
    "石塘",
    "云岭",
    "沙溪",
    "麦庄",
    "枫桥",
    "竹沟",
    "杏林",
    "河口",
    "青石",
    "北塬",
    "南渡",
    "松坡",
]


def story(number: int, **fields) -> Story:
    """An invented story like those the site prints every day."""
    town = TOWNS[number]
    told = {
        "key": f"night-{number}",
        "section": "/news/yaowen/" if number % 2 else "/jiceng/zhinong/",
        "id": 900 + number,
        "title": f"{town}农商银行把服务点搬到村口第{number + 3}站",
        "published": f"2024-07-{number + 1:02} 08:30:0{number % 10}",
        "source": "中国农商行网",
        "writer": f"{'赵钱孙李周吴郑王冯陈卫蒋沈韩'[number]}春生",
        "text": f"入夏以来，{town}农商银行在{number + 2}个行政村设立流动服务点，方便老人办理业务。\n"
        f"“走几步路就能取到养老金，{town}的乡亲们都说好。”村民老{'赵钱孙李周吴郑王冯陈卫蒋沈韩'[number]}笑着说。\n"
        f"该行负责人表示，下半年还要再添{number + 5}台自助机具，让{town}一带的山村都能用上。",
    }
    return Story(**(told | fields))


NEWS = [story(number) for number in range(len(TOWNS))]


def never(_path):
    return False


class Moody(SimpleHTTPRequestHandler):
    """Serves a folder; a test may let addresses fail, or set the server's clock."""

    fails = staticmethod(never)
    ahead = timedelta(0)

    def do_GET(self):
        if type(self).fails(self.path):
            self.send_error(500)
        else:
            super().do_GET()

    def date_time_string(self, timestamp=None):
        if timestamp is None:
            timestamp = (datetime.now(UTC) + type(self).ahead).timestamp()
        return super().date_time_string(timestamp)

    def log_message(self, *_):
        pass


class World:
    """The demo site on one address, and an archive of it as the runs before left it."""

    def __init__(self, folder, base_url, archive):
        self.folder, self.base_url, self.archive = folder, base_url, archive
        self.site = Site(Catalogue.load())

    def moves(self, **changes):
        self.site = replace(self.site, **changes)
        self.site.write(self.folder)

    def publishes(self, *stories):
        self.moves(catalogue=self.site.catalogue.add(*stories))

    def rewrites(self, change, pages=r"/\d{4}-\d\d-\d\d/\d+(_\d+)?\.html$"):
        for page in self.folder.rglob("*.html"):
            if re.search(pages, page.as_posix()):
                page.write_bytes(change(page.read_bytes().decode("gbk")).encode("gbk", "xmlcharrefreplace"))

    def runs(self, *arguments):
        """Crawl; gives the exit code and the findings as (verdict, subject)."""
        finished = crawl(self.archive, "-a", f"base_url={self.base_url}", "-s", "RETRY_TIMES=0", *arguments)
        assert "Traceback" not in finished.stderr, finished.stderr
        self.said = finished.stdout
        query = "select * from findings where run_id = (select max(id) from runs) order by position"
        self.findings = rows(self.archive, query)
        return finished.returncode, {(line["verdict"], line["subject"]) for line in self.findings}


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory):
    """The site as it was, crawled once."""
    folder = tmp_path_factory.mktemp("moody")
    Site(Catalogue.load()).write(folder / "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Moody, directory=str(folder / "site")))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    world = World(folder / "site", f"http://127.0.0.1:{server.server_port}/", folder / "yesterday.db")
    assert world.runs() == (0, set())
    yield world
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(yesterday, tmp_path, monkeypatch):
    """A copy of yesterday's archive, and the site as it was before whatever the last test did to it."""
    monkeypatch.setattr(Moody, "fails", staticmethod(never))
    monkeypatch.setattr(Moody, "ahead", timedelta(0))
    shutil.rmtree(yesterday.folder)
    world = World(yesterday.folder, yesterday.base_url, tmp_path / "archive.db")
    world.moves()
    with sqlite3.connect(yesterday.archive) as source, sqlite3.connect(world.archive) as copy:
        source.backup(copy)
    return world


def kept_page(world, finding):
    """What the command of a finding prints: the page as the run received it."""
    words = re.search(r"nongshang (read capture:\d+)", finding)[1].split()
    places = ["--archive", f"sqlite:///{world.archive}", "--captures", str(world.archive.parent / "captures")]
    (world.folder / "index.html").unlink()  # whatever stands there today
    done = CliRunner().invoke(app, [*words, *places])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


# What goes wrong.


def in_another_skin(html):
    html = re.sub(r"<h1>(.*?)</h1>", r'<font size="5"><b>\1</b></font>', html, flags=re.DOTALL)
    return html.replace('id="text"', 'id="nr"').replace("title_info", "tt").replace("info_text", "xx")


def test_a_skin_changed_overnight_is_noticed_by_the_rules_that_read_it(world):
    world.publishes(*NEWS)
    world.rewrites(in_another_skin)
    code, found = world.runs()
    assert code == 0
    assert {verdict for verdict, _ in found} == {"amber"}
    (line,) = [line for line in world.findings if line["subject"].startswith("rule:title:")]
    assert "the rest is read by a fallback" in line["finding"]
    assert (line["old"], line["new"]) == ("100% of 45", "0% of 14")
    assert line["sample_url"] in line["finding"]
    assert kept_page(world, line["finding"])["url"] == line["sample_url"]
    read = rows(world.archive, "select title, body from articles where id > 43")
    assert {row["title"] for row in read} == {each.title for each in NEWS}
    assert {row["body"] for row in read} == {"\n".join(each.body) for each in NEWS}


def test_what_holds_is_red(world):
    world.publishes(*NEWS[:7])
    world.rewrites(in_another_skin)
    world.runs()
    world.publishes(*NEWS[7:])
    world.rewrites(in_another_skin)
    code, found = world.runs()
    assert (code, {verdict for verdict, _ in found}) == (0, {"amber"})
    world.publishes(
        *(
            replace(each, id=each.id + 50, key=f"{each.key}-b")
            for each in (story(3, title="山里来了新柜台", text=NEWS[4].text.replace("沙溪", "白水")),)
        )
    )
    world.rewrites(in_another_skin)
    code, found = world.runs()
    assert (code, {verdict for verdict, _ in found}) == (3, {"red"})
    assert "as in the run before" in world.said.replace("\n", " ")


def test_a_renamed_author_label_is_noticed_by_the_field(world):
    world.publishes(*NEWS)
    world.rewrites(lambda html: html.replace("作者：", "执笔人员："))
    code, found = world.runs()
    assert code == 3, "nearly every story has an author: none at all is gross"
    assert found == {("red", "field:contributors")}
    line = next(line for line in world.findings if line["subject"] == "field:contributors")
    assert "read by label:作者" in line["finding"]
    assert line["sample_url"].startswith(world.base_url)


def people(world, condition):
    query = f"select a.url, name from articles a join contributors on article_id = a.id where {condition}"
    return {tuple(row) for row in rows(world.archive, query)}


def test_a_broken_skin_wipes_nothing_out_and_a_better_rule_closes_the_gap(world, monkeypatch):
    before = people(world, "true")
    world.publishes(*NEWS)
    world.rewrites(lambda html: html.replace("作者：", "执笔人员："))
    world.runs()
    with sqlite3.connect(world.archive) as connection:  # a month passes
        connection.execute(
            "update ledger set next_at = '2020-01-01T00:00:00+08:00' where next_at is not null"
        )
    world.runs("-a", "mode=recheck")
    assert people(world, "a.id <= 43") == before
    assert rows(world.archive, "select id from revisions where run_id = 3"), "the recheck read another byline"
    assert people(world, "a.id > 43") == set()

    import pipelines.normalise as rules

    def mended(text, _parse=rules.parse_byline, **facts):
        return _parse(text and text.replace("执笔人员", "作者"), **facts)

    monkeypatch.setattr(rules, "parse_byline", mended)
    places = ["--archive", f"sqlite:///{world.archive}", "--captures", world.archive.parent / "captures"]
    words = ["reextract", *map(str, places), "--run", "2", "--workers", "1"]
    done = CliRunner().invoke(app, words)  # no server has to answer: the kept pages are read
    assert done.exit_code == 0, done.output
    assert {name for _, name in people(world, "a.id > 43")} == {each.writer for each in NEWS}


def test_an_emptied_section_is_named(world):
    entry = re.compile(r"<li><a [^\n]*?<span>\d{4}-\d\d-\d\d</span></li>\n?")
    world.rewrites(lambda html: entry.sub("", html), pages="/news/guancha/index.html$")
    code, found = world.runs()
    assert (code, found) == (0, {("amber", f"list:{world.base_url}news/guancha/")})


def test_a_section_whose_list_is_gone_is_named(world):
    shutil.rmtree(world.folder / "news/guancha")
    code, found = world.runs()
    assert (code, found) == (0, {("amber", f"list:{world.base_url}news/guancha/")})


ERROR_PAGE = (
    "<html><head><title>信息提示</title></head><body><p>您访问的页面不存在或已被删除</p></body></html>"
)


def test_error_pages_served_as_200_are_red(world):
    world.publishes(*NEWS)
    world.rewrites(lambda _: ERROR_PAGE)
    code, found = world.runs()
    assert code == 3
    assert ("red", "refused:soft-404") in found
    assert ("red", "same-page") in found


def test_a_block_page_for_everything_is_red(world):
    blocked = "<html><head><title>安全验证</title></head><body><p>请完成安全验证后继续访问</p></body></html>"
    world.publishes(*NEWS)
    world.rewrites(lambda _: blocked, pages=r"\.html$")
    code, found = world.runs()
    assert code == 3
    assert ("red", "lists") in found


def test_half_the_pages_500_is_red(world, monkeypatch):
    world.publishes(*NEWS)
    monkeypatch.setattr(Moody, "fails", staticmethod(lambda path: bool(re.search(r"[13579]\.html$", path))))
    code, found = world.runs()
    assert (code, found) == (3, {("red", "failed:http-500")})


def test_a_clock_a_day_back_is_red(world):
    with sqlite3.connect(world.archive) as connection:
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        connection.execute("update runs set started_at = ?", [tomorrow])
    assert world.runs() == (3, {("red", "clock")})


def test_a_clock_that_differs_from_the_sites_is_told(world, monkeypatch):
    monkeypatch.setattr(Moody, "ahead", timedelta(days=1))
    assert world.runs() == (3, {("red", "clock-skew")})
    assert "behind the site's" in world.said.replace("\n", " ")


def half_without_a_source(world):
    world.publishes(*(replace(each, source="" if n % 2 else each.source) for n, each in enumerate(NEWS)))


def every_time_is_midnight(world):
    world.publishes(*NEWS)
    world.rewrites(lambda html: re.sub(r"(时间：[\d-]{10}) [\d:]{8}", r"\1 00:00:00", html))


def bodies_end_with_their_first_paragraph(world):
    world.publishes(*NEWS)
    world.rewrites(
        lambda html: re.sub(r'(id="text">.*?</p>).*?(<p align="center")', r"\1\2", html, flags=re.DOTALL)
    )


def every_title_is_the_name_of_the_site(world):
    world.publishes(*NEWS)
    world.rewrites(lambda html: re.sub(r"<h1>.*?</h1>", "<h1>中国农商行网</h1>", html, flags=re.DOTALL))


def every_body_ends_with_an_advertisement(world):
    advertisement = "<p>本周热卖：溪山蜂蜜三瓶一组，全场包邮，欲购从速。</p>"
    world.publishes(*NEWS)
    world.rewrites(lambda html: html.replace('<p align="center"', advertisement + '<p align="center"'))


def lists_print_no_date(world):
    world.publishes(*NEWS)
    world.rewrites(lambda html: re.sub(r"<span>[\d-]{10}</span>", "", html), pages=r"index(_\d+)?\.html$")


def every_story_has_a_new_address(world):
    stories = [replace(each, id=each.id + 1000) for each in world.site.catalogue.stories]
    world.moves(catalogue=replace(world.site.catalogue, stories=tuple(stories)))


def robots_forbids_a_section(world):
    world.publishes(*NEWS)
    (world.folder / "robots.txt").write_text("User-agent: *\nDisallow: /news/\n")


@pytest.mark.parametrize(
    ("night", "finding"),
    [
        (half_without_a_source, ("amber", "field:source")),
        (every_time_is_midnight, ("amber", "time:of-day")),
        (bodies_end_with_their_first_paragraph, ("amber", "body:paragraphs")),
        (every_title_is_the_name_of_the_site, ("red", "alike:title")),
        (every_body_ends_with_an_advertisement, ("red", "alike:last-line")),
        (lists_print_no_date, ("amber", "entries:dated")),
        (every_story_has_a_new_address, ("red", "articles:same")),
        (robots_forbids_a_section, ("amber", "skipped:robots")),
    ],
)
def test_a_night_on_which_something_broke_is_found_out(night, finding, world):
    night(world)
    code, found = world.runs()
    assert finding in found
    assert code == (3 if finding[0] == "red" else 0)
    assert "look: nongshang " in next(
        line["finding"] for line in world.findings if line["subject"] == finding[1]
    )


# What is no cause for alarm.


def quiet_holiday(world):
    pass


def sidebars_regenerated(world):
    world.moves(edition=2)


def many_new_stories(world):
    world.publishes(*NEWS)


def some_without_an_author(world):
    world.publishes(*(replace(each, writer="" if n % 3 == 0 else each.writer) for n, each in enumerate(NEWS)))


def one_without_a_source(world):
    world.publishes(replace(NEWS[0], source=""), *NEWS[1:])


def all_in_one_section(world):
    world.publishes(*(replace(each, section="/notice/") for each in NEWS))


def notices_only_which_name_nobody(world):
    world.publishes(*(replace(each, section="/notice/", writer="") for each in NEWS))


def a_small_section_loses_a_story(world):
    kept = [each.key for each in world.site.catalogue.stories if each.section == "/notice/"][:-2]
    world.moves(catalogue=world.site.catalogue.remove(*kept))


def a_section_opens(world):
    catalogue = world.site.catalogue
    opened = Section(id=77, name="村镇影像", path="/photos/")
    world.moves(catalogue=replace(catalogue, sections=(*catalogue.sections, opened)))
    world.publishes(replace(NEWS[0], section="/photos/"))


def a_page_is_dead(world):
    world.publishes(*NEWS)
    (world.folder / NEWS[0].url().strip("/")).unlink()


def a_page_is_an_error_page(world):
    world.publishes(*NEWS)
    (world.folder / NEWS[0].url().strip("/")).write_bytes(ERROR_PAGE.encode("gbk"))


def a_page_fails(world):
    world.publishes(*NEWS)
    Moody.fails = staticmethod(lambda path: path == NEWS[0].url())  # undone by the fixture of the next test


def a_few_photo_stories(world):
    picture = "![丰收](/d/file/p/cover.png)"
    world.publishes(*(replace(each, text=picture if n < 4 else each.text) for n, each in enumerate(NEWS)))


@pytest.mark.parametrize(
    "night",
    [
        quiet_holiday,
        sidebars_regenerated,
        many_new_stories,
        some_without_an_author,
        one_without_a_source,
        all_in_one_section,
        notices_only_which_name_nobody,
        a_small_section_loses_a_story,
        a_section_opens,
        a_page_is_dead,
        a_page_is_an_error_page,
        a_page_fails,
        a_few_photo_stories,
    ],
)
def test_a_healthy_night_raises_nothing(night, world):
    night(world)
    code, found = world.runs()
    assert found == set()
    assert code == 0


def test_a_run_that_was_asked_for_less_misses_nothing(world):
    world.publishes(*NEWS)
    assert world.runs("-a", "sections=通知公告") == (0, set())
    assert world.runs("-a", "limit=2") == (0, set())


# The judgement itself.


def night(number, *, articles=20, asked=25, parts=None, **fields):
    fields = {"started_at": NIGHT + timedelta(days=number), "newest": NIGHT + timedelta(days=number)} | fields
    return Facts(run_id=number, articles=articles, asked=asked, parts=parts or {}, **fields)


def subjects(now, past):
    return {(finding.verdict, finding.subject) for finding in judge(now, past)}


def test_a_first_run_has_nothing_to_be_held_against():
    assert subjects(night(1, parts={"field:source": 0, "refused:no-body": 10}), []) == set()


def test_a_site_that_varies_by_habit_raises_nothing():
    past = [night(n, parts={"field:contributors": part}) for n, part in enumerate([18, 2, 12, 20, 5], 1)]
    assert subjects(night(6, parts={"field:contributors": 1}), past) == set()
    steady = [night(n, parts={"field:contributors": 17}) for n in range(1, 6)]
    assert subjects(night(6, parts={"field:contributors": 1}), steady) == {("red", "field:contributors")}


def test_small_runs_are_judged_together():
    past = [night(1, parts={"field:source": 20})]
    small = [night(n, articles=3, parts={"field:source": 0}) for n in range(2, 5)]
    assert subjects(small[0], past) == set()
    assert subjects(small[2], [*past, *small[:2]]) == {("red", "field:source")}


def test_an_alarm_does_not_become_the_habit():
    sound = [night(n, parts={"field:source": 20}) for n in range(1, 4)]
    broken = night(4, parts={"field:source": 9}, alarmed=frozenset({"field:source"}))
    assert subjects(night(5, parts={"field:source": 9}), [*sound, broken]) == {("red", "field:source")}
    assert subjects(night(5, parts={"field:source": 20}), [*sound, broken]) == set()


def test_a_weekend_between_does_not_make_an_alarm_the_first():
    sound = [night(n, parts={"rule:title:heading": 20}) for n in range(1, 4)]
    friday = night(4, alarmed=frozenset({"rule:title:heading"}))
    saturday = night(5, articles=0)
    assert subjects(night(6), [*sound, friday, saturday]) == {("red", "rule:title:heading")}


def test_a_section_goes_quiet_while_the_others_go_on():
    past = [night(n, parts={"section:要闻": 8, "section:观察": 12}) for n in range(1, 8)]
    assert ("red", "section:要闻") not in subjects(night(8, articles=4, parts={"section:观察": 4}), past)
    assert {subject for _, subject in subjects(night(8, parts={"section:观察": 20}), past)} == {
        "section:要闻"
    }


def test_silence_is_held_against_the_longest_before():
    past = [night(n) for n in range(1, 5)]
    assert subjects(night(12, newest=NIGHT + timedelta(days=4), articles=0), past) == set()
    assert subjects(night(40, newest=NIGHT + timedelta(days=4), articles=0), past) == {("amber", "age")}


def test_a_section_keeps_its_habits_on_a_night_of_its_own():
    habits = {"section:公告": 4, "section:要闻": 16, "within:要闻:field:contributors": 16}
    past = [night(n, parts={**habits, "field:contributors": 16}) for n in range(1, 5)]
    notices = {"section:公告": 20, "field:contributors": 0}
    assert subjects(night(5, parts=notices), past) == set()
    news = {"section:要闻": 20, "field:contributors": 0}
    assert subjects(night(5, parts=news), past) == {("red", "field:contributors")}


def test_a_first_run_may_find_much_of_a_site_forbidden():
    assert subjects(night(1, parts={"skipped:robots": 15}), []) == set()


def test_what_was_never_counted_is_held_against_nothing():
    past = [night(n, parts={"field:source": 20}) for n in range(1, 5)]
    assert subjects(night(5, parts={"field:source": 20, "alike:title": 20}), past) == set()


def test_edits_all_over_the_archive_are_told():
    quiet = [night(n, checked=20, parts={"edited:articles": 1}) for n in range(1, 5)]
    assert subjects(night(5, checked=20, parts={"edited:articles": 2}), quiet) == set()
    assert subjects(night(5, checked=20, parts={"edited:articles": 18}), quiet) == {
        ("amber", "edited:articles")
    }


def test_a_recheck_is_held_against_rechecks():
    past = [night(n, parts={"field:source": 20}) for n in range(1, 5)]
    assert subjects(night(5, recheck=True, parts={"field:source": 3}), past) == set()


def test_a_section_is_missed_only_by_a_run_that_looked_everywhere():
    def facts(number, sections, **fields):
        parts = {f"section:{name}": count for name, count in sections.items()}
        began = datetime(2026, 3, number, tzinfo=UTC)
        return Facts(number, began, articles=sum(sections.values()), parts=parts, **fields)

    past = [facts(number, {"要闻": 20, "通知": 20}) for number in range(1, 8)]
    (finding,) = judge(facts(8, {"要闻": 40}), past)
    assert finding.subject == "section:通知"
    assert judge(facts(8, {"要闻": 40}, whole=False), past) == []
