"""The gate itself: its pages are what they claim, and it sees what it should."""

import html
import re
from copy import deepcopy

import pytest
from gate import SKINS, judge, load_samples, summarise

SAMPLES = load_samples()
ARTICLES = [s for s in SAMPLES if s.gold["refusal"] is None and "entries" not in s.gold]
REASONS = {"not-an-article", "no-body", "needs-javascript", "soft-404"}
SHORT_STORY = next(s for s in SAMPLES if s.name == "portal/short-among-neighbours")


def printed(sample) -> str:
    """The page in the charset its bytes are really in, with and without its tags, white space left out."""
    try:
        page = sample.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        page = sample.body.decode("gb18030")
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", page) + page).split())


def perfect(sample) -> dict:
    """What a reader without fault gives for the page."""
    absent = dict.fromkeys(("kind", "next_url", "published_raw"))
    return absent | {"entries": []} | deepcopy(dict(sample.gold))


def test_there_are_enough_pages_in_enough_skins():
    assert len(SAMPLES) >= 36
    assert len(ARTICLES) >= 28
    assert len({s.name.split("/")[0] for s in SAMPLES}) >= 12
    assert {s.gold["refusal"] for s in SAMPLES} - {None} == REASONS


def test_every_page_has_its_gold_and_every_gold_its_page():
    pages, golds = ({p.with_suffix("") for p in SKINS.glob(f"*/*.{kind}")} for kind in ("html", "json"))
    assert pages == golds


def test_a_skin_is_held_out_whole_and_a_quarter_of_them_are():
    groups: dict[str, set[bool]] = {}
    for sample in SAMPLES:
        groups.setdefault(sample.name.split("/")[0], set()).add(sample.gold["held_out"])
    assert all(len(kinds) == 1 for kinds in groups.values())
    assert sum(kinds == {True} for kinds in groups.values()) * 4 >= len(groups)


@pytest.mark.parametrize("sample", ARTICLES, ids=lambda s: s.name)
def test_what_gold_states_stands_on_the_page(sample):
    text, gold = printed(sample), sample.gold
    names = [person["name"] for person in gold["contributors"]]
    for value in (gold["title"], gold["kicker"], gold["subtitle"], gold["source"], *names, *gold["forbid"]):
        assert "".join((value or "").split()) in text


@pytest.mark.parametrize("sample", ARTICLES, ids=lambda s: s.name)
def test_no_forbidden_phrase_stands_in_the_gold_body(sample):
    assert [phrase for phrase in sample.gold["forbid"] if phrase in sample.gold["body"]] == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_a_faultless_reading_scores_full(sample):
    assert {v.score for v in judge(sample, perfect(sample))} == {1.0}


@pytest.mark.parametrize(
    ("field", "value", "hurt"),
    [
        ("title", "云岫新闻网", {"title"}),
        ("section", None, {"section"}),
        ("source", "云岫新闻网", {"source"}),
        ("refusal", "no-body", {"refusal"}),
        ("published_at", None, {"published"}),
        ("published_precision", "second", {"published"}),
        ("published_raw", None, {"published_raw"}),
        ("contributors", [], {"contributors"}),
        (
            "attachments",
            [{"kind": "image", "url": "http://news.yunxiu.example/ad.gif"}],
            {"attachments"},
        ),
        ("next_part", "http://news.yunxiu.example/cj/bank/8842.html", {"next_part"}),
        ("body", "", {"body", "paragraphs", "grams"}),
    ],
)
def test_a_spoilt_field_is_seen_and_shown(field, value, hurt):
    spoilt = perfect(SHORT_STORY) | {field: value}
    misses = [v for v in judge(SHORT_STORY, spoilt) if v.score < 1]
    assert {v.field for v in misses} == hurt
    assert all("portal/short-among-neighbours" in str(v) and "expected" in str(v) for v in misses)


def test_a_list_taken_for_an_article_loses_its_entries():
    column = next(s for s in SAMPLES if s.name == "leftright/list")
    misses = {v.field for v in judge(column, {"kind": "article", "refusal": None}) if v.score < 1}
    assert misses == {"kind", "entries", "next_url"}


def test_noise_in_the_body_is_named():
    spoilt = perfect(SHORT_STORY)
    spoilt["body"] += "\n【免责声明】文章说的是作者自己的看法"
    misses = {v.field: v for v in judge(SHORT_STORY, spoilt) if v.score < 1}
    assert set(misses) == {"body", "grams", "no noise"}
    assert misses["no noise"].got == ["免责声明"]


def test_a_dateline_reporter_may_be_given_or_not():
    reading = perfect(SHORT_STORY)
    reading["contributors"].append({"name": "闻人乔", "role": "reporter", "affiliation": None})
    assert {v.score for v in judge(SHORT_STORY, reading)} == {1.0}


def test_rates_are_rounded_down_so_that_a_floor_is_never_above_what_was_measured():
    tuned = [sample for sample in ARTICLES if sample.group == "tuned"][:3]
    verdicts = [v for s in tuned for v in judge(s, perfect(s) | {"title": tuned[0].gold["title"]})]
    assert summarise(verdicts)["tuned", "title"] == 33.3
