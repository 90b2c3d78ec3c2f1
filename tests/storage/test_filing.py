"""Where an article belongs, and what stands in the archive afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.article import Article, Contributor, Filing
from storage.filing import stored_article

OTHER_URL = "http://news.example/best/2026-02-28/97.html"


def next_day(article, **changed):
    return replace(article, fetched_at=article.fetched_at + timedelta(days=1), **changed)


def match(archive, article):
    with archive.transaction() as tx:
        return tx.match(article)


def read(archive, article_id):
    with archive.read() as connection:
        return stored_article(connection, article_id)


def test_an_article_read_back_is_the_article_stored(archive, file, story):
    assert read(archive, file(story)) == story


def test_fields_a_page_does_not_state_stay_empty(archive, file):
    bare = Article(
        site="news.example",
        url="http://news.example/1.html",
        title="",
        body="",
        content_hash="0",
        fetched_at=datetime(2026, 3, 2, 23, 59, 59, 123456, tzinfo=UTC),
        rule_version="1",
    )
    assert read(archive, file(bare)) == bare


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        'O\'Neil "引号" “弯引号”',
        "'; DROP TABLE articles; --",
        "𠮷㐂€",
        "１２：３０",
        "%s :x {y} \\u0000",
    ],
)
def test_text_is_stored_exactly(archive, file, story, text):
    assert read(archive, file(replace(story, title=text, body=text))) == replace(story, title=text, body=text)


@pytest.mark.parametrize("text", ["断\x00开", "半个\ud842字"])
@pytest.mark.parametrize("field", ["title", "body", "byline_raw", "source"])
def test_text_no_database_can_hold_is_refused_and_leaves_nothing(file, rows, story, field, text):
    with pytest.raises(ValueError, match=r"^U\+(0000|D842) at character \d can't be stored"):
        file(replace(story, **{field: text}))
    assert rows("SELECT count(*) FROM articles") == [(0,)]


def test_a_time_without_a_zone_is_refused(file, story):
    with pytest.raises(ValueError, match="a stored time needs a zone"):
        file(replace(story, published_at=story.published_at.replace(tzinfo=None)))


def test_filing_twice_equals_filing_once(file, rows, story):
    everything = "SELECT * FROM {} ORDER BY 1, 2"
    tables = ["articles", "contributors", "attachments", "copies", "revisions", "sources", "source_aliases"]
    first = file(story)
    once = [rows(everything.format(table)) for table in tables]
    assert file(story) == first
    assert [rows(everything.format(table)) for table in tables] == once


def test_an_unchanged_page_only_moves_the_time_it_was_last_seen(archive, file, rows, story):
    article_id = file(story)
    assert match(archive, next_day(story)) == Filing(next_day(story), "unchanged", article_id)
    file(next_day(story))
    assert rows("SELECT count(*) FROM revisions") == [(1,)]
    assert rows("SELECT last_seen_at > first_seen_at FROM copies") == [(1,)]
    assert rows("SELECT last_seen_at > first_seen_at FROM articles") == [(1,)]


def test_a_hit_counter_in_the_byline_is_no_change(archive, story, file):
    file(story)
    counted = next_day(story, byline_raw=story.byline_raw.replace("17", "18"))
    assert match(archive, counted).kind == "unchanged"


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "果园里的新服务站"},
        {"kicker": None},
        {"subtitle": "——换了副题"},
        {"body": "换了正文。", "content_hash": "77"},
        {"published_at": None, "published_precision": None},
        {"source": "河谷日报", "source_raw": "河谷日报"},
        {"contributors": (Contributor("沈未", "reporter", "记者"),)},
        {"attachments": ()},
    ],
    ids="+".join,
)
def test_what_a_reader_would_notice_makes_a_revision(archive, file, rows, story, changed):
    article_id = file(story)
    edited = next_day(story, **changed)
    assert match(archive, edited) == Filing(edited, "revision", article_id)
    assert file(edited) == article_id
    assert read(archive, article_id) == edited
    assert rows("SELECT title, source FROM revisions ORDER BY id") == [
        (story.title, story.source),
        (edited.title, edited.source),
    ]


def test_two_edits_within_an_hour_are_two_revisions_and_an_edit_taken_back_a_third(file, rows, story):
    for title in ["果园里的服务站", "果园里的服务點", "果园里的服务站点", "果园里的服务站"]:
        file(replace(story, title=title))
    assert [title for (title,) in rows("SELECT title FROM revisions ORDER BY id")] == [
        "果园里的服务站",
        "果园里的服务點",
        "果园里的服务站点",
        "果园里的服务站",
    ]


def test_the_same_text_elsewhere_is_a_copy_and_not_a_second_story(archive, file, rows, story):
    article_id = file(story)
    copy = next_day(story, url=OTHER_URL, section="精选", title="果园服务站", identity=None)
    assert match(archive, copy) == Filing(copy, "same", article_id)
    assert file(copy) == article_id
    assert rows("SELECT url, section, title, kind, similarity FROM copies ORDER BY kind") == [
        (story.url, story.section, story.title, "canonical", 1.0),
        (OTHER_URL, "精选", "果园服务站", "same", 1.0),
    ]
    assert rows("SELECT url, title FROM articles") == [(story.url, story.title)]


def test_text_a_story_had_before_it_was_edited_is_recognised(archive, file, story):
    article_id = file(story)
    file(next_day(story, body=story.body + "\n（更正）", content_hash="new"))
    repost = replace(story, url=OTHER_URL, identity=None)
    assert match(archive, repost) == Filing(repost, "same", article_id)


def test_an_edited_copy_leaves_the_story_as_its_canonical_page_tells_it(archive, file, rows, story):
    article_id = file(story)
    copy = replace(story, url=OTHER_URL)
    file(copy)
    edited = replace(copy, title="改了的副本")
    assert match(archive, edited) == Filing(edited, "revision", article_id)
    file(edited)
    assert read(archive, article_id).title == story.title
    assert rows("SELECT title FROM copies WHERE kind = 'same'") == [("改了的副本",)]


def test_an_address_the_site_gives_the_same_number_is_the_same_story_even_when_edited(archive, file, story):
    article_id = file(story)
    moved = replace(story, url=OTHER_URL, body="全文改写。", content_hash="other")
    assert match(archive, moved) == Filing(moved, "same", article_id)


def test_a_template_that_prints_one_number_everywhere_does_not_swallow_other_stories(archive, file, story):
    file(story)
    other = replace(story, url=OTHER_URL, title="桥头的早市", body="另一篇。", content_hash="other")
    assert match(archive, other).kind == "new"


def test_the_number_of_another_site_means_nothing(archive, file, story):
    file(story)
    abroad = replace(story, site="other.example", url="http://other.example/1.html", content_hash="other")
    assert match(archive, abroad).kind == "new"


def test_photo_stories_without_text_are_told_apart_by_title_and_pictures(archive, file, story):
    photos = replace(story, body="", content_hash="empty", identity=None)
    article_id = file(photos)
    elsewhere = replace(photos, url=OTHER_URL)
    assert match(archive, elsewhere) == Filing(elsewhere, "same", article_id)
    assert match(archive, replace(elsewhere, title="雨后的茶山")).kind == "new"
    assert match(archive, replace(elsewhere, attachments=())).kind == "new"


def test_notices_with_the_same_two_lines_under_other_titles_are_separate(archive, file, story):
    notice = replace(story, title="柳溪支行公告", body="详见附件。", content_hash="see", identity=None)
    file(notice)
    assert match(archive, replace(notice, url=OTHER_URL, title="梅川支行公告")).kind == "new"


def test_a_page_that_answers_no_more_keeps_its_text_and_may_come_back(archive, file, rows, story):
    article_id = file(story)
    with archive.transaction() as tx:
        tx.gone(story.url, story.fetched_at + timedelta(days=1))
    assert rows("SELECT gone_at IS NOT NULL, body <> '' FROM articles") == [(1, 1)]
    file(next_day(next_day(story)))
    assert rows("SELECT gone_at FROM articles UNION ALL SELECT gone_at FROM copies") == [(None,), (None,)]
    assert read(archive, article_id).body == story.body


def test_a_story_has_gone_only_when_no_address_answers(archive, file, rows, story):
    file(story)
    file(replace(story, url=OTHER_URL))
    for url, story_gone in [(story.url, 0), (OTHER_URL, 1)]:
        with archive.transaction() as tx:
            tx.gone(url, story.fetched_at + timedelta(days=1))
        assert rows("SELECT gone_at IS NOT NULL FROM articles") == [(story_gone,)]


def test_an_older_page_read_late_moves_the_first_sight_and_not_the_last(file, rows, story):
    file(story)
    last = rows("SELECT last_seen_at FROM articles")
    file(replace(story, fetched_at=story.fetched_at - timedelta(days=9)))
    assert rows("SELECT last_seen_at FROM articles") == last
    assert rows("SELECT first_seen_at < last_seen_at FROM articles") == [(1,)]


def test_spellings_of_an_outlet_are_one_source(file, rows, story):
    file(story)
    file(
        replace(
            story, url=OTHER_URL, title="又一篇", content_hash="2", identity=None, source_raw="山乡金融报"
        )
    )
    assert rows("SELECT name FROM sources") == [("山乡金融报",)]
    assert rows("SELECT alias FROM source_aliases ORDER BY alias") == [("《山乡金融报》",), ("山乡金融报",)]


def test_a_name_given_up_in_a_merge_leads_to_the_outlet_that_stayed(archive, file, rows, story):
    file(story)
    with archive.transaction() as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO source_aliases (alias, source_id) SELECT '山乡报', id FROM sources"
        )
    file(replace(story, url=OTHER_URL, title="又一篇", content_hash="2", identity=None, source="山乡报"))
    assert rows("SELECT count(*), count(DISTINCT source_id) FROM articles") == [(2, 1)]


def test_no_outlet_is_made_of_nothing(file, rows, story):
    file(replace(story, source=None, source_raw="网络"))
    assert rows("SELECT source_id, source_raw FROM articles") == [(None, "网络")]
    assert rows("SELECT name FROM sources") == []
