"""One story, many copies: what an analyst finds in the archive, whatever came when."""

import json
import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bench.corpus import Newsroom, corpus
from bench.filing import Score, article, file_all, stories
from bench.postbag import LOOKALIKES, postbag
from nongshang.__main__ import app
from pipelines.fingerprint import Fingerprint, content_hash
from storage.archive import Archive
from storage.rebuilding import rebuild

NOW = datetime(2026, 3, 2, tzinfo=UTC)
A, B, C = (f"http://news.example/{name}.html" for name in "abc")


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("empty") / "archive.db"
    Archive.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def path(empty, tmp_path):
    return shutil.copy(empty, tmp_path / "archive.db")


@pytest.fixture
def archive(path):
    with Archive.open(f"sqlite:///{path}") as opened:
        yield opened


@pytest.fixture(scope="module")
def texts():
    return list(corpus(12, edits=3, lookalikes=3, seed=7))


@pytest.fixture(scope="module")
def room():
    return Newsroom(5)


@pytest.fixture(scope="module")
def draft(room):
    return room.draft()


def told(words, url, **changed):
    """The words of the newsroom as a page at an address."""
    fields = {"site": "news.example", "fetched_at": NOW, "published_at": NOW, "rule_version": "1"}
    return replace(article(0, words), **{**fields, "url": url, **changed})


def rows(archive, query):
    with archive.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def groups(archive):
    found = {}
    for url, story in stories(archive).items():
        found.setdefault(story, set()).add(url)
    return sorted(map(sorted, found.values()))


def test_edited_reposts_are_found_and_lookalikes_kept_apart(archive, texts):
    articles = [article(number, words) for number, words in enumerate(texts)]
    file_all(archive, articles)
    held = stories(archive)
    score = Score(texts, [held[one.url] for one in articles])
    assert score.recall["width"] == score.recall["title"] == score.recall["shuffle"] == 1
    assert score.overall >= 0.95
    assert (score.precision, score.merged) == (1, {})


def test_the_order_of_arrival_makes_no_difference(empty, tmp_path, texts):
    found = []
    for turn in range(20):
        path = shutil.copy(empty, tmp_path / f"{turn}.db")
        articles = [article(number, words) for number, words in enumerate(texts)]
        random.Random(turn).shuffle(articles)
        with Archive.open(f"sqlite:///{path}") as archive:
            file_all(archive, articles)
            found.append((groups(archive), rows(archive, "SELECT url FROM articles ORDER BY url")))
    assert all(one == found[0] for one in found)


def test_a_rebuild_decides_as_the_arrivals_did(archive, texts):
    file_all(archive, [article(number, words) for number, words in enumerate(texts)])
    everything = "SELECT url, article_id, kind, similarity FROM copies ORDER BY url"
    before = rows(archive, everything)
    with archive.transaction() as tx:
        rebuild(tx.connection, Fingerprint)
    assert rows(archive, everything) == before


def test_a_letter_that_names_nobody_goes_to_the_story_it_is_likest(archive, room):
    """Cut down to what is common to the letters of two banks it is like both, and joins one, not both."""
    opening = "{bank}在{town}镇走访了{village}村的{farmer}，{person}参加活动。"
    common = tuple(
        room.worded(line + line) for line in ("围绕{n}和{n}，各部门{a}{v}，{n}{v}一项销号一项。",) * 9
    )
    draft = replace(room.draft(), paragraphs=(opening, *common))
    one, other = draft.text("one", "x"), draft.text("other", "x", **room.facts())
    between = replace(one, paragraphs=one.paragraphs[1:])
    file_all(archive, [told(one, A), told(between, B), told(other, C)])
    assert len(groups(archive)) == 2


def test_the_sites_own_copy_then_the_earliest_then_the_longest_tells_the_story(archive, draft, room):
    words = draft.text("s", "original")
    longer, shorter = told(room.note(words), C), told(words, B)
    file_all(archive, [shorter])
    assert rows(archive, "SELECT id, url FROM articles") == [(1, B)]
    file_all(archive, [longer])
    assert rows(archive, "SELECT id, url, char_count FROM articles") == [(1, C, longer.char_count)]
    file_all(
        archive, [replace(shorter, published_at=NOW - timedelta(days=1), fetched_at=NOW + timedelta(days=1))]
    )
    assert rows(archive, "SELECT id, url FROM articles") == [(1, B)]
    own = told(words, A, own=True, published_at=NOW + timedelta(days=3), source="青禾农商网")
    file_all(archive, [own])
    assert rows(archive, "SELECT a.id, a.url, s.name FROM articles a JOIN sources s ON s.id = source_id") == [
        (1, A, "青禾农商网")
    ]
    assert rows(archive, "SELECT url, kind FROM copies ORDER BY url") == [
        (A, "canonical"),
        (B, "same"),
        (C, "near"),
    ]
    assert rows(archive, "SELECT DISTINCT article_id FROM revisions") == [(1,)]


def test_a_story_goes_on_at_the_copy_that_still_answers_and_back_again(archive, draft, room):
    words = draft.text("s", "original")
    file_all(archive, [told(words, A), told(room.note(words), B, published_at=NOW + timedelta(days=1))])
    assert rows(archive, "SELECT url FROM articles") == [(A,)]
    with archive.transaction() as tx:
        tx.gone(A, NOW + timedelta(days=2))
    assert rows(archive, "SELECT id, url, gone_at FROM articles") == [(1, B, None)]
    with archive.transaction() as tx:
        tx.touch(A, NOW + timedelta(days=3))
    assert rows(archive, "SELECT id, url FROM articles") == [(1, A)]


def test_every_copy_keeps_its_own_text(archive, draft, room):
    words = draft.text("s", "original")
    noted = room.note(words)
    file_all(archive, [told(words, A), told(noted, B)])
    assert dict(rows(archive, "SELECT url, body FROM revisions")) == {A: words.body, B: noted.body}


def run(path, *arguments):
    finished = CliRunner().invoke(app, [*arguments, "--archive", f"sqlite:///{path}"])
    return finished.exit_code, finished.output


def test_a_person_may_split_what_the_measure_joins_and_later_runs_respect_it(path, archive, draft, room):
    words = draft.text("s", "original")
    file_all(archive, [told(words, A), told(room.note(words), B)])
    assert run(path, "split", B)[0] == 0
    assert groups(archive) == [[A], [B]]
    file_all(archive, [told(room.note(words), B, fetched_at=NOW + timedelta(days=1), title="改了标题")])
    assert groups(archive) == [[A], [B]]
    assert run(path, "dedup", "--rebuild")[0] == 0
    assert groups(archive) == [[A], [B]]


def test_a_person_may_merge_what_the_measure_keeps_apart_and_undo_it(path, archive, draft, room):
    file_all(archive, [told(draft.text("s", "x"), A), told(draft.text("t", "x", **room.facts()), B)])
    assert groups(archive) == [[A], [B]]
    assert run(path, "merge", "1", "2")[0] == 0
    assert groups(archive) == [[A, B]]
    assert run(path, "dedup", "--rebuild")[0] == 0
    assert groups(archive) == [[A, B]]
    assert run(path, "split", B)[0] == 0
    assert groups(archive) == [[A], [B]]


def test_why_duplicate_names_the_measure_what_differs_and_the_verdict(path, archive, draft, room):
    file_all(archive, [told(draft.text("s", "x"), A), told(draft.text("t", "x", **room.facts()), B)])
    code, said = run(path, "why-duplicate", "1", B, "--json")
    told_of = json.loads(said)
    assert code == 0
    assert (told_of["verdict"], told_of["one_story"], told_of["overruled"]) == ("separate", False, None)
    assert {"organisation", "person"} <= {found["kind"] for found in told_of["differences"]}
    assert 0.6 < told_of["similarity"] < 1
    code, said = run(path, "why-duplicate", A, B)
    assert "two stories: who, where, how much or when differs" in said
    assert "机构" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("why-duplicate", "1", "99"),
        ("why-duplicate", "1", "9" * 30),
        ("split", "http://news.example/none"),
        ("merge", "1", A),
        ("dedup",),
        ("split", A),
    ],
)
def test_wrong_use_is_one_line_and_code_2(path, archive, draft, arguments):
    file_all(archive, [told(draft.text("s", "x"), A)])
    code, said = run(path, *arguments)
    assert code == 2
    assert len(said.splitlines()) == 1


def test_show_lists_the_copies_with_kind_and_similarity(path, archive, draft, room):
    words = draft.text("s", "original")
    file_all(archive, [told(words, A), told(room.note(words), B, published_at=NOW + timedelta(days=1))])
    similarity = rows(archive, "SELECT similarity FROM copies WHERE kind = 'near'")[0][0]
    said = run(path, "show", "1")[1]
    assert f"canonical  1.000  {A}" in said
    assert f"near       {similarity:.3f}  {B}" in said


def test_letters_that_differ_in_little_but_a_name_stay_apart(archive):
    letters = list(postbag(40, edits=4, lookalikes=4, seed=5))
    articles = [article(number, words) for number, words in enumerate(letters)]
    file_all(archive, articles)
    held = stories(archive)
    score = Score(letters, [held[one.url] for one in articles])
    assert score.overall >= 0.95
    assert score.merged.total() <= len(LOOKALIKES) * 4 // 20


def test_texts_too_short_to_tell_are_not_compared(path, archive, draft):
    notice = draft.text("s", "x")
    for url, words in (
        (A, "本行将于下周一恢复营业，请客户互相转告。"),
        (B, "本行将于下周一恢复营业，请客户朋友互相转告。"),
    ):
        short = told(
            notice, url, body=words, content_hash=content_hash(words), fingerprint=Fingerprint("公告", words)
        )
        file_all(archive, [short])
    assert groups(archive) == [[A], [B]]
    assert "too few words" in run(path, "why-duplicate", A, B)[1]
