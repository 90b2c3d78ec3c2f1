"""What analysts see, in the same words in both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.article import Contributor

COLUMNS = {
    "article_list": (
        "id day published_at section kicker title subtitle source contributors char_count copies url"
    ),
    "daily_counts": "day section articles",
    "source_counts": "source articles first_day last_day",
    "section_counts": "section articles first_day last_day",
    "contributor_counts": "name articles first_day last_day",
    "run_health": "run_id started_at verdict finding old new sample_url",
    "field_coverage": "run_id field stated articles",
}


@pytest.fixture
def _filed(file, story):
    """One story at two addresses, one the next day, one without a date."""
    file(story)
    file(replace(story, url="http://news.example/copy.html"))
    other = replace(
        story, identity=None, contributors=(Contributor("沈未", "author"), Contributor("沈未", "editor"))
    )
    file(
        replace(
            other,
            url="http://news.example/2.html",
            title="桥头早市",
            content_hash="2",
            # 00:30 in China, still the day before in Greenwich.
            published_at=datetime(2026, 2, 27, 16, 30, tzinfo=UTC),
        )
    )
    undated = replace(other, published_at=None, published_precision=None, source=None, contributors=())
    file(replace(undated, url="http://news.example/3.html", title="无日期", content_hash="3", attachments=()))


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_the_columns_promised(archive, view):
    with archive.read() as connection:
        assert list(connection.exec_driver_sql(f"SELECT * FROM {view}").keys()) == COLUMNS[view].split()


@pytest.mark.usefixtures("_filed")
def test_a_story_is_one_line_of_the_list(rows):
    assert rows("SELECT day, title, source, contributors, copies FROM article_list ORDER BY id") == [
        ("2026-02-27", "果园里的服务站", "山乡金融报", "沈未、唐小舟", 2),
        ("2026-02-28", "桥头早市", "山乡金融报", "沈未", 1),
        (None, "无日期", None, None, 1),
    ]


@pytest.mark.usefixtures("_filed")
def test_the_day_is_the_one_a_chinese_reader_means_and_the_counts_add_up(rows):
    counted = rows("SELECT day, section, articles FROM daily_counts ORDER BY coalesce(day, '9')")
    assert counted == [
        ("2026-02-27", "乡村故事/果园", 1),
        ("2026-02-28", "乡村故事/果园", 1),
        (None, "乡村故事/果园", 1),
    ]


@pytest.mark.usefixtures("_filed")
def test_outlets_sections_and_people_are_counted_by_story(rows):
    assert rows("SELECT * FROM source_counts ORDER BY articles DESC") == [
        ("山乡金融报", 2, "2026-02-27", "2026-02-28"),
        (None, 1, None, None),
    ]
    assert rows("SELECT * FROM section_counts") == [("乡村故事/果园", 3, "2026-02-27", "2026-02-28")]
    assert rows("SELECT * FROM contributor_counts ORDER BY articles DESC") == [
        ("沈未", 2, "2026-02-27", "2026-02-28"),
        ("唐小舟", 1, "2026-02-27", "2026-02-27"),
    ]


@pytest.mark.usefixtures("_filed")
def test_coverage_counts_what_the_run_read(rows):
    coverage = {
        field: (stated, read)
        for field, stated, read in rows("SELECT field, stated, articles FROM field_coverage")
    }
    assert coverage == {
        "section": (4, 4),
        "kicker": (4, 4),
        "subtitle": (4, 4),
        "published_at": (3, 4),
        "source": (3, 4),
        "contributors": (3, 4),
        "attachments": (3, 4),
        "body": (4, 4),
    }
