"""The analyst's door: what the documentation says to type, and what comes out."""

import csv
import json
import re
import shlex
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from nongshang.__main__ import app
from nongshang.demo import ROOT
from storage.archive import Archive
from storage.article import Article, Contributor

DOCS = [ROOT / "docs/analysts.md", ROOT / "docs/analysts.zh.md"]
EVIL = '=HYPERLINK("http://evil.example/","x")<script>alert(1)</script>\x1b[31m\u202e'


def article(number: int, **told) -> Article:
    seen = datetime(2026, 3, number, 1, 30, tzinfo=UTC)
    told = {
        "title": f"第{number}届职工代表大会",
        "body": "\n".join([f"柳溪农商银行工会主席第{number}次来到果园，看望职工代表。"] * 9),
        "source": "山乡金融报",
        "contributors": (Contributor("沈未", "author", "作者", "柳溪农商银行"),),
        **told,
    }
    return Article(
        site="news.example",
        url=f"http://news.example/{number}.html",
        section="基层动态/党建工会",
        content_hash=str(number),
        published_at=seen,
        published_precision="day",
        published_raw="2026-03-01",
        fetched_at=seen,
        rule_version="1",
        **told,
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Nine articles, one of them edited, one hostile."""
    path = tmp_path_factory.mktemp("analysts") / "archive.db"
    hostile = article(9, title=EVIL, body=EVIL, source=EVIL, contributors=(Contributor(EVIL, "author"),))
    with Archive.open(f"sqlite:///{path}") as archive:
        run_id = archive.begin_run("nongshang", "incremental", datetime(2026, 3, 9, tzinfo=UTC))
        for told in [*map(article, range(1, 9)), hostile, article(3, body="改动后的正文，仍是工会主席。")]:
            with archive.transaction() as tx:
                tx.file(tx.match(told), run_id=run_id)
    return path


@pytest.fixture
def run(path, monkeypatch, tmp_path):
    monkeypatch.setenv("ARCHIVE_URL", f"sqlite:///{path}")
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output
        return result.output

    return invoke


def fenced(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def commands(page: Path) -> list[str]:
    lines = [line.removeprefix("$ ") for block in fenced(page, "console") for line in block.splitlines()]
    return [line for line in lines if line.startswith("nongshang") and "serve" not in line]


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_command_of_the_documentation_does_something(page, run):
    assert len(commands(page)) > 10
    for command in commands(page):
        run(*shlex.split(command)[1:])


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_every_query_of_the_documentation_has_an_answer(page, path):
    queries = fenced(page, "sql")
    assert len(queries) == 12
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        for query in queries:
            rows = connection.execute(query).fetchall()
            assert rows or "copies > 1" in query, query


def test_both_languages_tell_the_same():
    assert commands(DOCS[0]) == commands(DOCS[1])


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.name)
def test_the_recipe_finds_every_word_as_printed(page, path):
    recipe = fenced(page, "sql")[-1]
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        texts = dict(connection.execute("SELECT id, title || char(10) || body FROM articles"))
        printed = "\n".join(texts.values())
        words = {printed[at : at + size] for at in range(0, 300, 3) for size in range(1, 7)}
        for word in words:
            if not any(map(str.isalnum, word)) or "\n" in word:
                continue
            found = {row[0] for row in connection.execute(recipe.replace("工会主席", word))}
            assert found == {number for number, text in texts.items() if word in text}, word


def test_an_article_is_shown_with_a_line_to_cite_it(run):
    shown = run("show", "3")
    assert "改动后的正文" in shown
    assert shown.count("revision ") == 2
    line = run("show", "3", "--cite")
    for told in ("第3届职工代表大会", "山乡金融报", "2026-03-03", "http://news.example/3.html", "sha256:3"):
        assert told in line
    assert json.loads(run("show", "3", "--json"))["contributors"][0]["name"] == "沈未"


def test_an_article_that_is_not_there_is_one_line(run):
    assert "no article 77" in run("show", "77", code=2)
    for number in ("99999999999999999999", "erste"):
        assert "Invalid value" in run("show", number, code=2)


def test_stats_count_the_archive(run):
    told = json.loads(run("stats", "--json"))
    assert told["articles"] == 9
    assert told["months"] == [["2026-03", 9]]
    assert ["山乡金融报", 8] in told["sources"]
    assert "█ 9" in run("stats")


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_an_export_holds_what_a_search_finds(run, form):
    run("export", f"found.{form}", "工会主席", "--since", "2026-03-02")
    assert json.loads(Path(f"found.{form}.about.json").read_text("utf-8"))["articles"] == 7
    match form:
        case "csv":
            with Path("found.csv").open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        case "jsonl":
            rows = [json.loads(line) for line in Path("found.jsonl").read_text("utf-8").splitlines()]
        case _:
            rows = pyarrow.parquet.read_table("found.parquet").to_pylist()
    assert [int(row["id"]) for row in rows] == [2, 3, 4, 5, 6, 7, 8]
    assert rows[1]["body"] == "改动后的正文，仍是工会主席。"
    assert sorted(path.name for path in Path().iterdir()) == [f"found.{form}", f"found.{form}.about.json"]


def test_an_export_made_twice_is_the_same(run):
    run("export", "one.jsonl")
    run("export", "two.jsonl")
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()


def test_no_cell_of_a_csv_is_a_formula(run):
    run("export", "all.csv", "--bom")
    assert Path("all.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with Path("all.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert f"'{EVIL}" in cells
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert '"山乡金融报"' in Path("all.csv").read_text(encoding="utf-8-sig"), (
        "split at a tab, if not in quotes"
    )
    run("export", "raw.csv", "--raw")
    assert EVIL in Path("raw.csv").read_bytes().decode().replace('""', '"')


def test_no_page_reaches_the_terminal(run):
    for command in (("show", "9"), ("search", "HYPERLINK"), ("stats",)):
        shown = run(*command)
        assert "HYPERLINK" in shown
        assert "\x1b[31m" not in shown
        assert "\u202e" not in shown


def test_an_unknown_ending_is_refused(run):
    assert "csv" in run("export", "articles.xls", code=2)


def test_a_snapshot_is_one_file_that_answers_the_same(run, path):
    run("snapshot", "share.db")
    assert sorted(file.name for file in Path().iterdir()) == ["share.db"]
    assert not Path("share.db").stat().st_mode & 0o222
    with Archive.open("sqlite:///share.db", create=False, read_only=True) as archive:
        assert archive
    there = run("search", "工会", "--json", "--archive", "sqlite:///share.db")
    assert there == run("search", "工会", "--json", "--archive", f"sqlite:///{path}")
    assert "already" in run("snapshot", "share.db", code=2)


def test_a_long_read_and_a_crawl_do_not_wait_for_each_other(path):
    with Archive.open(f"sqlite:///{path}", read_only=True) as reading, reading.read() as reader:
        held = reader.exec_driver_sql("SELECT count(*) FROM article_list").scalar()
        with Archive.open(f"sqlite:///{path}") as writing, writing.transaction() as tx:
            tx.touch("http://news.example/1.html", datetime(2026, 3, 20, tzinfo=UTC))
        assert reader.exec_driver_sql("SELECT count(*) FROM article_list").scalar() == held
