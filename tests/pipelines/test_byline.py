"""Every line of the table says what a careful reader takes from it."""

import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.byline import Byline, is_byline, parse_byline
from pipelines.labels import LABELS
from pipelines.people import Lead, read_foot, read_lead
from pipelines.sources import canonical_source
from pipelines.timestamps import SITE_ZONE, Moment, parse_moment

BASE = datetime(2026, 3, 15, 12, 0, tzinfo=SITE_ZONE)
SITE = "禾田农金网"
TABLE = tomllib.loads((Path(__file__).parents[1] / "data/bylines.toml").read_text("utf-8"))["shape"]
LINES = [
    pytest.param(row, id=f"{shape['name']}: {row['line']!r}") for shape in TABLE for row in shape["lines"]
]


def iso(moment: Moment | None) -> str | None:
    """The instant to its precision, as the table writes it."""
    if moment is None:
        return None
    assert moment.at.utcoffset() == SITE_ZONE.utcoffset(None)
    return moment.at.isoformat()[: {"day": 10, "minute": 16, "second": 19}[moment.precision]]


def people(byline: Byline) -> str | None:
    rows = (
        f"{p.role} {p.name}" + (f"@{p.affiliation}" if p.affiliation else "") for p in byline.contributors
    )
    return "; ".join(rows) or None


@pytest.mark.parametrize("row", LINES)
def test_the_line_says_what_a_reader_takes_from_it(row):
    byline = parse_byline(row["line"], base=BASE, listed=row.get("listed"))
    assert iso(byline.published) == row.get("at")
    assert iso(byline.modified) == row.get("modified")
    assert canonical_source(byline.source_raw, site_name=SITE) == row.get("source")
    assert byline.source_raw == row.get("source_raw", row.get("source"))
    assert people(byline) == row.get("people")
    if byline.published is None:
        assert byline.published_raw == row.get("raw")
    else:
        assert byline.published_raw


STATING = [
    p for p in LINES if p.values[0].keys() & {"at", "source", "people"} and p.values[0].get("info_line", True)
]
OTHER_LINES = (Path(__file__).parents[1] / "data/not_bylines.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("row", STATING)
def test_a_line_that_states_something_is_known_for_an_info_line(row):
    assert is_byline(row["line"])


@pytest.mark.parametrize("line", OTHER_LINES)
def test_a_title_or_a_sentence_is_no_info_line(line):
    assert not is_byline(line)


PARTS = {
    "time": ["时间", "发布时间", "发布日期", "日期", "发表时间"],
    "source": ["来源", "稿源", "出处", "信息来源", "文章来源"],
    "author": ["作者", "撰文", "供稿"],
    "editor": ["编辑", "责任编辑", "责编", "审核", "校对"],
}
VALUES = {"time": "2020-10-26 09:41:28", "source": "青禾农信报", "author": "周大山", "editor": "孙知秋"}
SPACES = st.sampled_from([" ", "  ", "\u3000", "\u00a0\u00a0", "\n", " | ", " • "])


@st.composite
def spaced_labels(draw, field):
    label = draw(st.sampled_from(PARTS[field]))
    inner = draw(st.sampled_from(["", "\u3000", "\u00a0", " "]))
    colon = draw(st.sampled_from(["：", ":", " ：", "： ", " : "]))
    return inner.join(label) + colon


@given(data=st.data(), order=st.permutations(sorted(PARTS)))
def test_known_labels_in_any_order_and_spacing_say_the_same(data, order):
    parts = [data.draw(spaced_labels(field)) + VALUES[field] for field in order]
    line = "".join(part + data.draw(SPACES) for part in parts)
    byline = parse_byline(line, base=BASE)
    assert iso(byline.published) == "2020-10-26T09:41:28"
    assert byline.source_raw == "青禾农信报"
    assert {(p.role, p.name) for p in byline.contributors} == {("author", "周大山"), ("editor", "孙知秋")}
    assert is_byline(line)


PLACES = ["北京", "河南", "石家庄", "许昌市", "云岭省", "青禾县", "江苏"]
DATES = ["2020-10-26", "10-26", "2020年10月26日", "今天", "3小时前", "20201026"]


@given(
    words=st.lists(st.sampled_from([*LABELS, *PLACES, *DATES]), max_size=6),
    glue=st.sampled_from([" ", "：", "、", "\n"]),
)
def test_no_label_place_or_date_comes_out_as_a_name(words, glue):
    byline = parse_byline(glue.join(words), base=BASE)
    names = {person.name for person in byline.contributors}
    assert not names & {*LABELS, *PLACES, *DATES}


@given(text=st.text(max_size=120))
def test_any_text_gives_a_byline_and_never_an_error(text):
    byline = parse_byline(text, base=BASE, listed=text)
    assert is_byline(text) in {True, False}
    assert byline.published is None or byline.published_raw


MATERIAL = [
    *LABELS,
    "：",
    ":",
    " ",
    "\n",
    "|",
    "•",
    "（",
    "）",
    "【",
    "】",
    "/",
    "、",
    "2020-10-26",
    "09:41",
    "10-26",
    "沂川日报",
    "林可",
]


@given(
    parts=st.lists(
        st.sampled_from([*MATERIAL, "李", "·", "\x00", "[!--x--]", ">", "本报", "记者"]), max_size=14
    )
)
def test_any_jumble_of_its_own_material_gives_a_byline(parts):
    byline = parse_byline("".join(parts), base=BASE)
    assert all(person.name.strip() for person in byline.contributors)
    assert byline.source_raw is None or byline.source_raw.strip()
    assert "".join(parts).startswith("".join(read_foot(["".join(parts)]).body))


@pytest.mark.parametrize(
    ("line", "field", "rule", "printed"),
    [
        ("时间：2020-10-26 来源：沂川日报", "published_at", "label:时间 ymd", "2020-10-26"),
        ("时间：2020-10-26 来源：《沂川日报》", "source", "label:来源", "《沂川日报》"),
        ("2020-10-26 沂川日报", "source", "unlabelled outlet", "沂川日报"),
        ("2020-10-26 责任编辑：孙知秋", "contributors", "label:责任编辑", "孙知秋"),
        ("发布时间：2020-10-26 更新时间：2020-10-27", "modified_at", "label:更新时间 ymd", "2020-10-27"),
    ],
)
def test_each_fact_says_by_which_rule_and_from_which_text_it_was_read(line, field, rule, printed):
    provenance = parse_byline(line, base=BASE).provenance[field]
    assert (provenance.rule, provenance.printed) == (rule, printed)


def test_a_label_is_kept_as_printed():
    byline = parse_byline("作者：本报记者 周大山 责任编辑：孙知秋", base=BASE)
    assert [person.label for person in byline.contributors] == ["本报记者", "责任编辑"]


def test_the_table_is_as_wide_as_promised():
    nothing = [p for p in LINES if not p.values[0].keys() & {"at", "modified", "source", "people"}]
    assert len(TABLE) >= 80
    assert len(LINES) >= 250
    assert len(nothing) >= 40


REPEATED = [
    *(
        "农",
        "农 ",
        "作者：",
        "：",
        "2020-10-26 ",
        "(",
        "、李",
        "记者",
        "\n",
        "十",
        "1",
        "3天前",
        "转自",
        "网站",
        "- ",
        "\ud800",
        "\x00",
    )
]


@pytest.mark.parametrize("part", REPEATED)
def test_a_text_of_any_length_is_read_like_any_other(part):
    """100,000 characters and more: a rule that tries every pair of places would not come to an end."""
    text = part * (100_000 // len(part) + 1)
    byline = parse_byline(text + "：1", base=BASE, listed=text)
    assert all(len(person.name) < 100 for person in byline.contributors)
    assert not is_byline(text)
    assert read_foot([text + "）"]).body == (text + "）",)
    assert read_lead([text, f"本报讯（记者{text}"]) == Lead()
    assert parse_moment(text, base=BASE) is None
    assert canonical_source(text, site_name=SITE) in (text.strip(), None)
