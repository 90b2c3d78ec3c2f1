"""The foot and the first lines of an article credit the right people."""

import tomllib
from pathlib import Path

import pytest

from pipelines.names import is_surely_person, read_names
from pipelines.people import credited_by, merge, read_foot, read_lead
from storage.article import Contributor, Provenance

DATA = Path(__file__).parents[1] / "data"
FEET = tomllib.loads((DATA / "feet.toml").read_text("utf-8"))["foot"]
OPENINGS = tomllib.loads((DATA / "openings.toml").read_text("utf-8"))["opening"]


def contributors(printed):
    rows = (row.partition(" ") for row in printed.split("; ") if row)
    return [Contributor(name, role, "作者" if role == "author" else None) for role, _, name in rows]


def spelled(people):
    return "; ".join(f"{p.role} {p.name}" + (f"@{p.affiliation}" if p.affiliation else "") for p in people)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in FEET])
def test_the_foot_names_people_and_leaves_the_body(case):
    foot = read_foot(case["lines"])
    assert list(foot.body) == case.get("body", case["lines"])
    assert spelled(merge(contributors(case["byline"]), foot)) == case.get("people", "")
    assert foot.source_raw == case.get("source_raw") or "stays" in case["name"]


def test_a_foot_says_where_its_facts_were_read():
    foot = read_foot(["春耕贷款见了实效。", "来源：沂川日报", "责任编辑：孙知秋"])
    assert foot.provenance["contributors"].printed == "责任编辑：孙知秋"
    assert foot.provenance["source"].printed == "来源：沂川日报"


def test_every_place_that_credits_somebody_says_so():
    lines = ["本报讯（通讯员 赵六）春耕正忙。", "（作者单位：禾田农商银行）", "编辑：孙知秋", "校对：林可"]
    foot = read_foot(lines)
    byline = {"contributors": Provenance("label:作者", "周大山")}
    told = credited_by(byline, foot, read_lead(lines))["contributors"]
    assert told.rule == "label:作者 + opening + foot"
    assert told.printed == "周大山；通讯员 赵六；作者单位：禾田农商银行；编辑：孙知秋；校对：林可"
    assert credited_by({}, read_foot(["春耕正忙。"]), read_lead(["春耕正忙。"])) == {}


def test_a_name_no_label_speaks_for_is_less_sure():
    told = read_foot(["（禾田农商银行 周大山）"]).provenance["contributors"]
    assert (told.rule, told.printed) == ("foot unlabelled name", "禾田农商银行 周大山")
    assert told.certainty < 1


def test_a_long_body_is_left_as_it_is():
    lines = [f"第{n}段说的是春耕。" for n in range(40)]
    assert read_foot(lines).body == tuple(lines)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["line"]) for case in OPENINGS])
def test_first_lines_credit_people_only_where_it_is_unmistakable(case):
    assert spelled(read_lead([case["line"], "正文第二段。"]).contributors) == case.get("people", "")


@pytest.mark.parametrize("word", ["李明", "周大山", "欧阳文锦", "司马青", "阿依努尔·买买提", "诸葛清"])
def test_a_name_is_known_without_a_label(word):
    assert is_surely_person(word)


@pytest.mark.parametrize(
    "word",
    [
        "金融",
        "党建",
        "农机",
        "水产站",
        "金融界",
        "生态圈",
        "江苏",
        "石家庄",
        "许昌市",
        "农商要闻",
        "办公室",
        "记者",
        "张",
        "禾田农商银行",
    ],
)
def test_other_words_are_no_names(word):
    assert not is_surely_person(word)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("周大山、林可", ["周大山", "林可"]),
        ("李　明　王小芳", ["李明", "王小芳"]),
        ("John Field", ["John Field"]),
        ("周大山 0374-1234567 dashan@example.com", ["周大山"]),
        ("佚名", []),
        ("2020-10-26", []),
        ("他说：“今年的麦子长势不错。”", []),
    ],
)
def test_names_are_cut_apart_and_everything_else_is_dropped(value, names):
    assert [name.name for name in read_names(value)] == names
