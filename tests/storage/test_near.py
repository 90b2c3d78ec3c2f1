"""Near copies and overrulings, in either database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from bench.corpus import Newsroom
from pipelines.fingerprint import Fingerprint, content_hash
from storage import near, overruling
from storage.grouping import Families, Tie
from storage.models import likenesses
from storage.rebuilding import rebuild

OTHER, THIRD = "http://news.example/2.html", "http://news.example/3.html"


@pytest.fixture(scope="module")
def words():
    """A text, an edited form of it, and the letter of another bank in the same words."""
    room = Newsroom(11)
    draft = room.draft()
    original = draft.text("s", "x")
    return original, room.note(room.cut(original)), draft.text("t", "x", **room.facts())


def telling(story, words, **changed):
    return replace(
        story,
        title=words.title,
        body=words.body,
        content_hash=content_hash(words.body),
        fingerprint=Fingerprint(words.title, words.body),
        identity=None,
        **changed,
    )


def test_a_near_copy_joins_the_story_and_a_letter_of_another_bank_does_not(file, rows, story, words):
    for url, text in zip((story.url, OTHER, THIRD), words, strict=True):
        file(telling(story, text, url=url))
    assert rows("SELECT kind, count(*) FROM copies GROUP BY kind ORDER BY kind") == [
        ("canonical", 2),
        ("near", 1),
    ]
    assert rows("SELECT DISTINCT kind FROM likenesses ORDER BY kind") == [("near",), ("separate",)]


def test_a_story_moves_is_rebuilt_split_and_merged_in_either_database(archive, file, rows, story, words):
    file(telling(story, words[0]))
    file(telling(story, words[1], url=OTHER, published_at=story.published_at + timedelta(days=1)))
    assert rows("SELECT id, url FROM articles") == [(1, story.url)]
    with archive.transaction() as tx:
        tx.gone(story.url, story.fetched_at)
    assert rows("SELECT id, url FROM articles") == [(1, OTHER)]
    with archive.transaction() as tx:
        rebuild(tx.connection, Fingerprint)
    assert rows("SELECT id, url FROM articles") == [(1, OTHER)]
    with archive.transaction() as tx:
        overruling.split(tx.connection, story.url, story.fetched_at)
    assert len(rows("SELECT id FROM articles")) == 2
    with archive.transaction() as tx:
        overruling.merge(tx.connection, story.url, OTHER, 0.9, story.fetched_at)
    assert rows("SELECT url FROM articles") == [(OTHER,)]


def test_an_address_that_is_renamed_takes_along_what_is_known_of_it(archive, file, rows, story, words):
    file(telling(story, words[0]))
    file(telling(story, words[1], url=OTHER))
    file(telling(story, words[2], url=THIRD))
    with archive.transaction() as tx:
        tx.connection.execute(delete(likenesses).where(likenesses.c.kind == "separate"))
        near.rename(tx.connection, OTHER, THIRD)
    assert rows("SELECT url, other_url, kind FROM likenesses") == [(THIRD, story.url, "near")]


def test_a_form_in_endless_use_fills_its_keys_and_no_more(archive, rows, monkeypatch):
    monkeypatch.setattr(near, "MOST_HOLDERS", 3)
    with archive.transaction() as tx:
        for number in range(9):
            near.enter(tx.connection, number, (1, 2, 3))
    assert rows("SELECT key, count(*) FROM bands GROUP BY key ORDER BY key") == [(1, 3), (2, 3), (3, 3)]


def stories(*ties):
    return Families(Tie.between(*tie) for tie in ties).stories()


def test_likeness_is_not_passed_on_over_what_differs():
    ties = [("a", "b", "near", 0.9), ("b", "c", "near", 0.8), ("a", "c", "separate", 0.95)]
    assert stories(*ties) == [{"a", "b"}, {"c"}]
    assert stories(*ties[:2]) == [{"a", "b", "c"}]


def test_what_could_be_a_copy_of_either_of_two_letters_is_put_with_neither():
    ties = [("a", "b", "near", 0.71), ("b", "c", "near", 0.69), ("a", "c", "separate", 0.9)]
    assert stories(*ties) == [{"a"}, {"b"}, {"c"}]
    assert stories(*ties, ("a", "b", "split")) == [{"a"}, {"b", "c"}]


def test_a_persons_word_goes_before_the_measure():
    assert stories(("a", "b", "same"), ("a", "b", "split")) == [{"a"}, {"b"}]
    assert stories(("a", "b", "separate", 0.9), ("a", "b", "merge")) == [{"a", "b"}]


def test_a_copy_stays_when_its_story_is_merged_with_one_it_contradicts():
    ties = [("a", "c", "near", 0.9), ("b", "c", "separate", 0.9), ("a", "b", "merge")]
    assert stories(*ties) == [{"a", "b", "c"}]
