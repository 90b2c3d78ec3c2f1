"""Search against a scan of every text: nothing missing, nothing too much."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from sqlalchemy import text

from nongshang.demo import ROOT
from storage.archive import Archive
from storage.models import articles
from storage.question import QuestionError, parse
from storage.search import Query, count, cut_snippet, find_words, matching_ids, search
from storage.search_index import rebuild
from storage.variants import fold

ARTICLES = int(os.environ.get("SEARCH_TEST_ARTICLES", "1000"))
QUESTIONS = 1000

PIECES = [
    "柳溪农商银行",
    "信用社",
    "工会",
    "工会主席",
    "工作",
    "会议",
    "果农",
    "贷款",
    "乡村",
    "服务站",
    "２０２４年",
    "2024年",
    "三农",
    "联社",
    "農商銀行",
    "貸款",
    "ＡＢＣ卡",
    "App",
    "Bank",
    "5.2%",
    "3号",
    "12.5亿元",
    "㎡",
    "①",
    "第一",
    "的",
    "了",
    "和",
    "把",
    "在",
    "是",
    "网点",
    "开进",
    "茶园",
    "普惠",
    "金融",
    "党建",
    "学习",
    "理事长",
    "“整村授信”",
    "《山乡》",
    "（二）",
    "裏山",
    "里山",
    "乾旱",
    "é",
    "々",
    "〇",
    "𠮷野",
    "GB18030",
    "A3版",
    "K线",
]


def texts(number: int) -> list[tuple[str, str]]:
    """Titles and bodies of invented words in an invented order."""
    rnd = random.Random(20)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(PIECES))))

    def phrase(length: int) -> str:
        words = rnd.choices(PIECES, cum_weights=weights, k=length)
        return "".join(word + rnd.choice(("", "", "", "，", "。", " ", "\n")) for word in words)

    return [(phrase(4).replace("\n", ""), phrase(rnd.randrange(5, 60))) for _ in range(number)]


def row(number: int, title: str, body: str, **other) -> dict:
    seen = datetime(2026, 3, 1, tzinfo=UTC)
    return {
        "site": "news.example",
        "url": f"http://news.example/{number}.html",
        "title": title,
        "body": body,
        "content_hash": str(number),
        "char_count": len(body),
        "partial": False,
        "own": False,
        "provenance": {},
        "rule_version": "1",
        "section": ("新闻/要闻", "基层/党建", "通知公告")[number % 3],
        "published_at": seen - timedelta(minutes=number * 7919 % 100003),
        "published_precision": "minute",
        "first_seen_at": seen,
        "last_seen_at": seen,
        **other,
    }


def fill(path: Path, told: list[tuple[str, str]]) -> Path:
    with Archive.open(f"sqlite:///{path}") as archive:
        for start in range(0, len(told), 500):
            rows = [row(start + at, *story) for at, story in enumerate(told[start : start + 500])]
            with archive.transaction() as tx:
                tx.connection.execute(articles.insert(), rows)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("search") / "archive.db", texts(ARTICLES))


@pytest.fixture(scope="module")
def connection(path):
    with Archive.open(f"sqlite:///{path}", read_only=True) as archive, archive.read() as opened:
        yield opened


@pytest.fixture(scope="module")
def told(connection):
    """What a scan would read: number, text as printed."""
    rows = connection.execute(text("SELECT id, title || char(10) || body FROM articles"))
    return [(number, printed) for number, printed in rows]


def questions(told: list[tuple[int, str]]) -> list[str]:
    """Pieces of one to six characters: as they stand, in another spelling, and such as stand nowhere."""
    rnd = random.Random(8)
    simple, old = "农银贷里干电会业", "農銀貸裏乾電會業"
    respell = str.maketrans(simple + "0123456789abcABC", old + "０１２３４５６７８９ＡＢＣａｂｃ")

    def piece() -> str:
        while True:
            printed = rnd.choice(told)[1]
            at = rnd.randrange(len(printed))
            found = printed[at : at + rnd.randint(1, 6)]
            if not set(found) & set('"*() \n') and found.strip():
                return found

    def absent() -> str:
        return "".join(rnd.sample("龘麤工会农商银行A2０第", rnd.randint(1, 6)))

    thirds = (piece, lambda: piece().translate(respell), absent)
    return [thirds[number % 3]() for number in range(QUESTIONS)]


def test_every_substring_is_found_and_nothing_else(connection, told):
    scanned = [(number, fold(printed)) for number, printed in told]
    asked = questions(told)
    for words in asked:
        truth = {number for number, printed in scanned if fold(words) in printed}
        assert set(matching_ids(connection, Query.of(words))) == truth, words
    for words in asked[::20]:
        query = Query.of(words)
        found = list(matching_ids(connection, query))
        assert count(connection, query) == len(found), words
        for start in (0, 7):
            shown = [hit.id for hit in search(connection, query, limit=10, offset=start)]
            assert shown == found[start : start + 10], words


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "nongshang", *arguments]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_command_line_finds_the_same(path, connection, told):
    for words in questions(told)[:20]:
        printed = run("search", "--json", "--limit", "100000", "--archive", f"sqlite:///{path}", "--", words)
        found = {json.loads(line)["id"] for line in printed.splitlines()}
        assert found == set(matching_ids(connection, Query.of(words))), words


def test_what_is_edited_removed_and_rebuilt_is_found_as_it_is(tmp_path):
    path = fill(tmp_path / "archive.db", texts(300))
    told = texts(400)[300:]
    rnd = random.Random(4)

    # With the plain driver, as a person with another program would.
    with sqlite3.connect(path) as other:
        for number, (title, body) in zip(rnd.sample(range(1, 301), 100), told, strict=True):
            if number % 3 == 0:
                other.execute("DELETE FROM articles WHERE id = ?", (number,))
            else:
                other.execute("UPDATE articles SET title = ?, body = ? WHERE id = ?", (title, body, number))
        other.execute("UPDATE articles SET published_at = NULL WHERE id % 7 = 0")
    with Archive.open(f"sqlite:///{path}") as archive:
        before = answers(archive)
        with archive.transaction():
            pass  # whoever writes next brings the index up to date
        assert answers(archive) == before
        with archive.transaction() as tx:
            assert not tx.connection.execute(text("SELECT * FROM search_pending")).all()
            rebuild(tx.connection)
        assert answers(archive) == before
    with sqlite3.connect(path) as other:
        assert other.execute("INSERT INTO search_index(search_index) VALUES('integrity-check')")


def test_an_index_made_by_an_older_program_is_made_anew(tmp_path):
    path = fill(tmp_path / "archive.db", texts(300))
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO search_index(search_index) VALUES('delete-all')")
        other.execute("INSERT INTO search_index(rowid, pairs) VALUES(1, '工会 别的')")
        other.execute("UPDATE alembic_version SET version_num = '0001'")
    with Archive.open(f"sqlite:///{path}") as archive, archive.read() as connection:
        assert not connection.execute(text("SELECT * FROM search_pending")).all()
        assert answers(archive)["别的"] == []


def answers(archive: Archive) -> dict[str, list[int]]:
    """What is found, held against a scan."""
    with archive.read() as connection:
        rows = connection.execute(text("SELECT id, title || char(10) || body FROM articles")).all()
        found = {}
        for words in (*PIECES, "别的", "，工会", "会，", "”"):
            newest = list(matching_ids(connection, Query.of(words)))
            assert [hit.id for hit in search(connection, Query.of(words), limit=10)] == newest[:10], words
            found[words] = sorted(newest)
            assert found[words] == [number for number, printed in rows if fold(words) in fold(printed)], words
    return found


@pytest.mark.parametrize(
    ("asked", "truth"),
    [
        ("工会 主席", lambda t: "工会" in t and "主席" in t),
        ("工会 AND NOT 主席", lambda t: "工会" in t and "主席" not in t),
        ("茶园 OR 果农", lambda t: "茶园" in t or "果农" in t),
        ("NOT 工会", lambda t: "工会" not in t),
        ("NOT (工会 OR 的)", lambda t: "工会" not in t and "的" not in t),
        ("(茶园 OR 果农) 贷款", lambda t: ("茶园" in t or "果农" in t) and "贷款" in t),
        ('"bank 工会"', lambda t: "bank 工会" in t),
        ("信用*", lambda t: "信用" in t),
        ("工会 OR", lambda t: "工会" in t and "or" in t),
        ("(工会", lambda t: "(工会" in t),
        ('工会" OR 1=1 --', lambda t: '工会"' in t or ("1=1" in t and "--" in t)),
    ],
)
def test_a_question_means_what_it_says(connection, told, asked, truth):
    found = set(matching_ids(connection, Query.of(asked)))
    assert found == {number for number, printed in told if truth(fold(printed))}


def test_a_question_without_a_word_is_refused():
    with pytest.raises(QuestionError):
        parse("  ")


def test_the_newest_come_first_and_pages_follow_each_other(connection):
    query = Query.of("工会")
    days = [hit.published_at for hit in search(connection, query, limit=60)]
    assert days == sorted(days, reverse=True)
    pages = [search(connection, query, limit=20, offset=offset) for offset in (0, 20, 40)]
    assert [hit.published_at for page in pages for hit in page] == days


def test_filters_narrow_what_is_found(connection):
    query = Query.of("工会", section="党建", since=date(2026, 1, 1), until=date(2026, 1, 31))
    hits = search(connection, query, limit=10_000)
    assert hits
    assert {hit.section for hit in hits} == {"基层/党建"}
    assert all(hit.published_at.date().isoformat()[:7] == "2026-01" for hit in hits)
    assert count(connection, query) == len(hits) < count(connection, Query.of("工会"))


def test_by_relevance_the_title_comes_first(tmp_path):
    told = [("无关", "工会" * 9), ("工会换届", "正文"), ("又无关", "开头" * 200 + "工会")]
    with Archive.open(f"sqlite:///{fill(tmp_path / 'a.db', told)}") as archive, archive.read() as connection:
        hits = search(connection, Query.of("工会", order="relevance"))
    assert [hit.title for hit in hits] == ["工会换届", "无关", "又无关"]


def test_a_text_in_another_spelling_is_found_marked_and_excluded(tmp_path):
    told = [("甲", "農商銀行與工會，共５００㎡"), ("乙", "农商银行与工会，共500m2")]
    with Archive.open(f"sqlite:///{fill(tmp_path / 'a.db', told)}") as archive, archive.read() as connection:
        for asked in ("农商银行", "農商銀行", "工会", "500m2", "０m"):
            hits = search(connection, Query.of(asked))
            assert {hit.title for hit in hits if hit.marks} == {"乙", "甲"}, asked
        assert not search(connection, Query.of("共 NOT 工会"))


def test_a_snippet_is_cut_from_the_text_as_printed():
    printed = "甲" * 80 + "農商銀行ＡＢＣ新闻" + "乙" * 80
    line, marks = cut_snippet(printed, [fold("农商银行abc")])
    assert line.startswith("…甲")
    assert line.endswith("乙…")
    assert [line[start:end] for start, end in marks] == ["農商銀行ＡＢＣ"]


def test_a_character_that_folds_to_two_is_marked_whole():
    printed = "共５００㎡大棚"
    assert [printed[a:b] for a, b in find_words(printed, ["0m", "2大"])] == ["０㎡"]
    assert [printed[a:b] for a, b in find_words(printed, ["大棚"])] == ["大棚"]
