"""Pages that misbehaved once: each field as a person accepted it, and the commands that keep them."""

import json

import pytest
from typer.testing import CliRunner

from nongshang.__main__ import app
from nongshang.cases import CaseError, cases, checked_name
from nongshang.demo import ROOT, SITE
from nongshang.loopback import serve
from tests.crawling import rows

CASES = cases(ROOT / "tests/fixtures/cases")
FIELDS = [
    pytest.param(case, kind, name, id=f"{case.name}-{kind}.{name}")
    for case in CASES
    for kind, golden in (case.accepted() or {"accepted": {"by-nobody": None}}).items()
    for name in golden
]


@pytest.fixture(scope="module")
def today():
    """What today's rules read, once for each case."""
    return {case.name: case.read_today() for case in CASES}


@pytest.mark.parametrize(("case", "kind", "name"), FIELDS)
def test_a_field_reads_as_accepted(case, kind, name, today):
    accepted = case.accepted()
    assert accepted is not None, f"read it, then: nongshang fixture accept {case.name}"
    assert today[case.name][kind][name] == accepted[kind][name]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_says_why_it_was_kept(case):
    assert len(json.loads((case.folder / "meta.json").read_text("utf-8"))["why"]) > 20


def fixture(*arguments: str, says: str = "", ends: int = 0) -> str:
    finished = CliRunner().invoke(app, ["fixture", *arguments])
    assert finished.exit_code == ends, finished.output
    assert says in finished.output
    return finished.output


def places(archive, folder) -> list[str]:
    captures = str(archive.parent / "captures")
    return ["--archive", f"sqlite:///{archive}", "--captures", captures, "--folder", str(folder)]


def test_a_capture_becomes_a_case_that_fails_until_it_is_accepted(crawled, tmp_path):
    (page,) = rows(crawled, "select capture_id, title from articles order by id limit 1")
    kept = ["record", str(page["capture_id"]), "--name", "first-page", "--why", "a test of recording"]
    fixture(*kept, *places(crawled, tmp_path))
    where = ["--folder", str(tmp_path)]
    fixture("check", *where, says="nongshang fixture accept first-page", ends=3)
    said = fixture("accept", "first-page", *where, "--yes")
    assert f"article.title: — → {page['title']}" in said
    fixture("check", *where, says="every case reads as accepted")


def test_nothing_is_accepted_unless_a_person_says_so(crawled, tmp_path):
    (page,) = rows(crawled, "select capture_id from articles order by id limit 1")
    kept = ["record", str(page["capture_id"]), "--name", "page", "--why", "a test of accepting"]
    fixture(*kept, *places(crawled, tmp_path))
    where = ["--folder", str(tmp_path)]
    refused = CliRunner().invoke(app, ["fixture", "accept", "page", *where], input="n\n")
    assert "Is this what the page says?" in refused.output
    fixture("check", "page", *where, ends=3)
    assert not (tmp_path / "page" / "article.json").exists()


def test_an_article_on_several_pages_is_kept_whole(crawled, tmp_path):
    (page,) = rows(
        crawled,
        "select distinct a.capture_id, a.body from articles a"
        " join ledger l on l.found_on = a.url and l.kind = 'part'",
    )
    kept = ["record", str(page["capture_id"]), "--name", "parts", "--why", "an article on several pages"]
    fixture(*kept, *places(crawled, tmp_path), says="3 page(s)")
    fixture("accept", "parts", "--yes", "--folder", str(tmp_path))
    assert json.loads((tmp_path / "parts" / "article.json").read_text("utf-8"))["body"] == page["body"]


def test_an_address_becomes_a_case_with_its_bytes_as_received(tmp_path):
    page = SITE / "notice/2023-11-20/506.html"
    with serve(SITE) as base_url:
        url = base_url + page.relative_to(SITE).as_posix()
        fixture("record", url, "--name", "notice", "--why", "an address", "--folder", str(tmp_path))
    assert (tmp_path / "notice" / "page-1.html").read_bytes() == page.read_bytes()


def test_a_field_that_changed_is_named_with_both_values(crawled, tmp_path):
    (page,) = rows(crawled, "select capture_id, title from articles order by id limit 1")
    kept = ["record", str(page["capture_id"]), "--name", "page", "--why", "a test of checking"]
    fixture(*kept, *places(crawled, tmp_path))
    fixture("accept", "page", "--yes", "--folder", str(tmp_path))
    golden = tmp_path / "page" / "article.json"
    golden.write_text(golden.read_text("utf-8").replace(page["title"], "另一个标题"), "utf-8")
    said = fixture("check", "--folder", str(tmp_path), ends=3)
    assert said.splitlines() == [f"page article.title: 另一个标题 → {page['title']}"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../up",
        "/etc",
        "a/b",
        "a\\b",
        "a\0b",
        "Upper",
        "a--b",
        "-a",
        "a-",
        "con",
        "com1",
        "页",
        "a" * 81,
    ],
)
def test_a_name_that_could_lead_elsewhere_is_refused(name):
    with pytest.raises(CaseError):
        checked_name(name)


@pytest.mark.parametrize(
    ("page", "says"),
    [("4711", "there is no capture 4711"), ("ftp://x.example/", "neither an address")],
)
def test_what_cannot_be_recorded_is_one_line(crawled, tmp_path, page, says):
    where = places(crawled, tmp_path)
    fixture("record", page, "--name", "page", "--why", "nothing", *where, says=says, ends=2)
    assert not list(tmp_path.iterdir())


def test_a_case_without_a_name_is_called_by_its_day_and_address(crawled, tmp_path):
    (page,) = rows(crawled, "select capture_id, url, published_at from articles where published_at > '2024'"
                            " order by id limit 1")  # fmt: skip
    fixture("record", str(page["capture_id"]), *places(crawled, tmp_path))
    number = page["url"].rsplit("/", 1)[-1].removesuffix(".html")
    assert [path.name for path in tmp_path.iterdir()] == [f"{page['published_at'][:10]}-{number}"]


def test_a_case_is_not_written_over(crawled, tmp_path):
    kept = ["record", "14", "--name", "page", "--why", "a test", *places(crawled, tmp_path)]
    fixture(*kept)
    fixture(*kept, says="is there already", ends=2)
