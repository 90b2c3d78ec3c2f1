"""`nongshang runs`, `diff` and `gaps`: what happened, what changed, what may be missing."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nongshang.demo import ROOT
from nongshang.diff import changes_of
from nongshang.gaps import missing_ids, quiet_sections, thin_days
from storage.archive import Archive
from storage.article import Article
from storage.ledger import Discovery
from storage.run import Run, Visit

SEEN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
URL = "http://news.example/village/812.html"
SITE = "http://news.example/"


@pytest.fixture
def archive_url(tmp_path):
    """One run that saw a story and its correction, and a list page nobody has read."""
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    told = Article(
        site="news.example",
        url=URL,
        title="果园里的服务站",
        body="柳溪农商银行今年已发放贷款一千二百万元。\n三百户果农受益。",
        content_hash="1",
        fetched_at=SEEN,
        rule_version="1",
    )
    with Archive.open(url) as archive:
        run = Run.begin(archive, spider="nongshang", mode="incremental", base_url=SITE)
        unread = Discovery(f"{SITE}village/index_2.html", kind="list")
        run.visit(f"{SITE}village/", Visit(found=(Discovery(URL), unread), came_from=None))
        run.enter_home(f"{SITE}village/")
        run.read_list(f"{SITE}village/", [URL], None, lambda _: False)
        run.file(told)
        body = told.body.replace("一千二百万", "一千三百万") + "\n更正：金额有误。"
        run.file(replace(told, title="果园里的信贷服务站", body=body, content_hash="2"))
        run.finish("healthy", 0, "finished", {"tally": dict(run.tally)})
    return url


def nongshang(archive_url, *arguments):
    finished = subprocess.run(
        [sys.executable, "-m", "nongshang", *arguments],
        cwd=ROOT,
        env={**os.environ, "ARCHIVE_URL": archive_url, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in finished.stderr
    return finished


def test_a_diff_marks_what_was_taken_out_and_put_in(archive_url):
    said = nongshang(archive_url, "diff", "1").stdout
    assert "title: 果园里的{+信贷+}服务站" in said
    assert "paragraph 1: 柳溪农商银行今年已发放贷款一千[-二-]{+三+}百万元。" in said
    assert "paragraph 3: {+更正：金额有误。+}" in said
    assert "果农受益" not in said  # an unchanged paragraph


def test_a_diff_a_program_may_read(archive_url):
    lines = nongshang(archive_url, "diff", "1", "--json").stdout.splitlines()
    changes = [json.loads(line) for line in lines]
    assert changes[0] == {"where": "title", "old": "果园里的服务站", "new": "果园里的信贷服务站"}
    assert [change["where"] for change in changes] == ["title", "paragraph 1", "paragraph 3"]


@pytest.mark.parametrize("arguments", [("diff", "9"), ("diff", "1", "--old", "77")])
def test_a_diff_of_what_is_not_there_is_one_line_and_code_2(archive_url, arguments):
    finished = nongshang(archive_url, *arguments)
    assert finished.returncode == 2
    assert len(finished.stderr.splitlines()) == 1


def test_paragraphs_with_nothing_in_common_are_one_out_and_one_in():
    same = dict.fromkeys(
        ("section", "kicker", "title", "subtitle", "published_at", "modified_at", "source"), "同"
    ) | {"contributors": [], "attachments": []}
    changes = changes_of(same | {"body": "果农受益。"}, same | {"body": "天气转凉，请添衣"})
    assert [(change.old, change.new) for change in changes] == [
        ("果农受益。", None),
        (None, "天气转凉，请添衣"),
    ]


def test_runs_are_listed_the_latest_first(archive_url):
    with Archive.open(archive_url) as archive:
        Run.begin(archive, spider="nongshang", mode="backfill", base_url=SITE)
    listed = [json.loads(line) for line in nongshang(archive_url, "runs", "--json").stdout.splitlines()]
    assert [(run["run"], run["mode"], run["outcome"]) for run in listed] == [
        (2, "backfill", "running"),
        (1, "incremental", "healthy"),
    ]
    assert "running" in nongshang(archive_url, "runs").stdout


def test_a_list_page_never_read_is_named_with_the_command_that_reads_it(archive_url):
    (gap,) = map(json.loads, nongshang(archive_url, "gaps", "--json").stdout.splitlines())
    assert gap["kind"] == "list-page"
    assert "index_2.html" in gap["what"]
    assert (
        gap["command"] == f"scrapy crawl nongshang -a base_url={SITE} -a mode=backfill -a sections=/village/"
    )


MONDAY = date(2026, 1, 5)


def test_a_section_that_stopped_is_quiet_and_one_that_is_slow_is_not():
    weekly = [MONDAY + timedelta(weeks=week) for week in range(8)]
    yearly = [date(year, 7, 1) for year in range(2019, 2026)]
    days = {"要闻": weekly, "年报": yearly, "新栏目": weekly[:2]}
    (gap,) = quiet_sections(days, weekly[-1] + timedelta(days=60))
    assert gap.what.startswith("要闻: nothing since 2026-02-23, 60 days")
    assert list(quiet_sections(days, weekly[-1] + timedelta(days=20))) == []


def test_a_day_with_far_fewer_articles_than_its_weekday_is_thin_and_a_weekend_is_not():
    days = [MONDAY + timedelta(days=number) for number in range(70)]
    counts = {day: 0 if day.weekday() > 4 else 9 for day in days}
    counts[MONDAY + timedelta(days=30)] = 1
    (gap,) = thin_days(counts)
    assert gap.what == "2026-02-04: 1 articles, on this weekday usually 9"
    assert gap.arguments == "-a since=2026-02-04 -a until=2026-02-04"


def test_numbers_left_out_of_a_sequence_are_missing_and_lone_numbers_are_none():
    known = {number: "2026-02-04" for number in range(100, 160) if number not in {120, 131, 132}}
    gaps = list(missing_ids(known | {9000: None, 9007: None}))
    assert [gap.what for gap in gaps] == ["id 120: between 119 and 121", "id 131–132: between 130 and 133"]
    assert gaps[0].arguments == "-a since=2026-02-04 -a until=2026-02-04"
