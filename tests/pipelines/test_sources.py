"""An outlet has one name, however it is printed."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources import canonical_source, is_outlet, printed_source

SITE = "禾田农金网"
RULES = tomllib.loads((Path(__file__).parents[2] / "pipelines/sources.toml").read_text("utf-8"))
outlets = st.sampled_from(["沂川日报", "青禾农信报", "云岭广播电视台", "禾田农商银行", "沂川网-乡村频道"])


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("沂川日报", "沂川日报"),
        ("《沂川日报》", "沂川日报"),
        (" 《 沂川日报 》 ", "沂川日报"),
        ("来源于《沂川日报》", "沂川日报"),
        ("转自：沂川日报", "沂川日报"),
        ("转载自沂川日报微信公众号", "沂川日报"),
        ("沂川日报新闻客户端", "沂川日报"),
        ("沂川日报[整理]", "沂川日报"),
        ("本网", SITE),
        ("《本站》", SITE),
        ("本站原创", SITE),
        ("网络", None),
        ("来自网络", None),
        ("未知", None),
        ("", None),
        (None, None),
        ("网站", "网站"),
        ("沂川网－沂川日报", "沂川网－沂川日报"),
    ],
)
def test_every_spelling_has_one_name(raw, name):
    assert canonical_source(raw, site_name=SITE) == name


def test_the_site_is_nobody_where_its_name_is_unknown():
    assert canonical_source("本网", site_name=None) is None


@given(
    outlet=outlets,
    prefix=st.sampled_from(["", *RULES["prefixes"]]),
    suffix=st.sampled_from(["", *RULES["suffixes"]]),
    marks=st.sampled_from(["", "《》", "【】"]),
)
def test_affixes_in_any_combination_leave_the_name(outlet, prefix, suffix, marks):
    printed = f"{prefix}{marks[:1]}{outlet}{suffix}{marks[1:]}"
    assert canonical_source(printed, site_name=SITE) == outlet


@given(raw=st.text(max_size=40))
def test_a_name_is_its_own_name(raw):
    name = canonical_source(raw, site_name=SITE)
    assert name is None or canonical_source(name, site_name=SITE) == name


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("《沂川日报》", "沂川日报"),
        ("沂川日报网站", "沂川日报网站"),
        ("沂川日报[整理]", "沂川日报"),
        ("本网", "本网"),
        ("网络", None),
        (None, None),
    ],
)
def test_the_printed_source_keeps_its_words_without_title_marks(raw, printed):
    assert printed_source(raw) == printed


@pytest.mark.parametrize(
    "word", ["沂川日报", "云岭网", "沂川电视台", "禾田农商银行", "网易", "田垄星空[整理]"]
)
def test_an_outlet_is_known_without_a_label(word):
    assert is_outlet(word)


@pytest.mark.parametrize("word", ["周大山（整理）", "简报", "平台", "合作社", "要闻", "林可", "网", ""])
def test_other_words_are_no_outlets(word):
    assert not is_outlet(word)
