"""What differs between two texts in the same words."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.difference import Sentences, differences
from pipelines.facts import facts_in
from pipelines.fingerprint import Fingerprint, compare, content_hash

FILLER = (
    "各网点把便民措施一项一项落到实处，窗口前的队伍短了，来办事的人脸上有了笑容。"
    "从清晨开门到傍晚关门，值守的同事轮流吃饭，不让一位乡亲白跑一趟。"
    "老人不会用机器，就有人搀着手把手地教，直到学会为止。"
    "雨天门口备着伞，暑天大厅备着茶，冬天窗口备着老花镜和热水袋，样样想得周全。"
)


def found(ours, theirs, headlines=("", "")):
    ours, theirs = (
        Sentences(f"{headline}\n{body}") for headline, body in zip(headlines, (ours, theirs), strict=True)
    )
    return {(each.kind, each.ours, each.theirs) for each in differences(ours, theirs)}


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        ("柳溪农商银行开展大走访。", "青禾农商银行开展大走访。", ("organisation", "柳溪", "青禾")),
        ("柳溪市联社开展大走访。", "青禾市联社开展大走访。", ("organisation", "柳溪", "青禾")),
        ("活动在北坡镇举行。", "活动在南湾镇举行。", ("place", "北坡", "南湾")),
        ("董事长王小满到会讲话。", "董事长李大川到会讲话。", ("person", "王小满", "李大川")),
        ("发放贷款1200万元。", "发放贷款1300万元。", ("number", "12000000", "13000000")),
        ("惠及农户三百二十户。", "惠及农户四百一十户。", ("number", "320", "410")),
        ("会议于2023年召开。", "会议于2024年召开。", ("date", "2023年", "2024年")),
        ("金湖农信社开展大走访。", "和顺农信社开展大走访。", ("organisation", "金湖", "和顺")),
        ("从江信用联社开展大走访。", "丰都信用联社开展大走访。", ("organisation", "从江", "丰都")),
        ("正是将乐农信社帮了忙。", "正是会同农信社帮了忙。", ("organisation", "将乐", "会同")),
        ("走进青川农商银行大厅。", "走进来安农村商业银行大厅。", ("organisation", "青川", "来安")),
        ("客户经理陆建国来到田间。", "客户经理巴特尔来到田间。", ("person", "陆建国", "巴特尔")),
        ("联社主任其美卓玛带队。", "联社主任洛桑扎西带队。", ("person", "其美卓玛", "洛桑扎西")),
        ("行长王芳强调要抓落实。", "行长向前进强调要抓落实。", ("person", "王芳", "向前进")),
        ("投放贷款三千余万元。", "投放贷款5000余万元。", ("number", "30000000", "50000000")),
        ("只用四天就放了款。", "只用五天就放了款。", ("number", "4", "5")),
        ("那天夜里王小满来过三趟。", "那天夜里李大川来过三趟。", ("name", "王小满", "李大川")),
        ("张芳蹲在地头算账。", "阿木古楞蹲在地头算账。", ("name", "张芳", "阿木古楞")),
        ("吉克阿比蹲在地头算账。", "王芳蹲在地头算账。", ("name", "吉克阿比", "王芳")),
        ("旺堆松赞蹲在地头算账。", "王芳蹲在地头算账。", ("name", "旺堆松赞", "王芳")),
        ("明亮指出，要抓落实。", "路遥指出，要抓落实。", ("name", "明亮", "路遥")),
        ("去落马岩的路有十几里。", "去三棵松的路有十几里。", ("name", "落马岩", "三棵松")),
    ],
)
def test_who_where_how_much_and_when(ours, theirs, difference):
    assert difference in found(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("近日，柳溪农商银行开展走访。", "日前，我们柳溪农商银行组织走访。"),
        ("发放贷款一千二百万元。", "发放贷款1,200万元。"),
        ("发放贷款1.2亿元。", "发放贷款12000万元。"),
        ("不良率下降百分之三。", "不良率下降3%。"),
        ("二〇二四年三月五日召开。", "2024年3月5号召开。"),
        ("柳溪农商银行开展走访。", "柳溪农商行开展走访。"),
        ("大家十分满意，一起努力。", "大家非常满意，共同努力。"),
        ("投放贷款三千余万元。", "投放贷款3000余万元。"),
        ("行长王芳强调要抓落实。", "会议强调要抓落实。"),
        ("村民王芳高兴地说好。", "一位村民激动地说好。"),
        ("青川农商银行开展走访。", "该农商银行开展走访。"),
        ("客户经理深入田间地头。", "客户经理前往田间地头。"),
        ("推出整村授信办法。", "创新整村授信办法。"),
        ("为县域贡献农信力量。", "为县域注入农信力量。"),
        ("有了岚县农商银行的支持。", "得到岚县农商银行的帮助。"),
        ("如今路通了，货卖得快。", "现在路通了，货卖得快。"),
        ("那天夜里王小满来过三趟。", "那晚王小满来过三回。"),
        ("去落马岩的路难走，总算到了。", "去三棵松的路难走，终于到了。"),
        ("帐本摊在桌上。", "账本摊在桌上。"),
        ("活动深受欢迎。", "活动在北坡镇举行，发放贷款300万元，深受欢迎。"),
    ],
)
def test_another_wording_or_more_told_is_no_difference(ours, theirs):
    assert found(ours, theirs) == set()


def test_a_fact_told_elsewhere_in_the_other_text_does_not_differ():
    ours = "柳溪农商银行开展走访。青禾农商银行前来学习。"
    theirs = "青禾农商银行开展走访。柳溪农商银行前来学习。"
    assert found(ours, theirs) == set()


def test_another_headline_is_no_other_name():
    assert found(FILLER, FILLER, headlines=("便民服务见实效", "便民服务暖人心")) == set()


def test_a_headline_is_not_laid_beside_a_sentence_of_the_body():
    told = "柳溪农商银行沂畴支行的员工正在讲解，村民汤立永围着他们问个不停。" + FILLER
    assert found(told, FILLER, headlines=("家门口的银行", "柳溪农商银行预约轮岗冷库")) == set()


def test_a_name_that_moves_to_another_place_is_another_letter():
    ours = "解永强蹲在地头算账。陆建国又来了。"
    theirs = "陆建国蹲在地头算账。欧阳雪又来了。"
    assert found(ours, theirs) == {("name", "解永强", "欧阳雪")}


def test_of_two_names_replaced_one_that_is_sure_on_both_sides_is_enough():
    words = "{}蹲在地头算账。后来{}把老屋改成了作坊。"
    sure = {("name", "王小满", "李大川"), ("name", "安柱", "蒙汉")}
    assert found(words.format("王小满", "安柱"), words.format("李大川", "蒙汉")) == sure
    assert found(words.format("落马岩", "安柱"), words.format("三棵松", "蒙汉")) == set()


def test_a_garbled_copy_is_a_copy_though_names_and_figures_are_garbled_too():
    letter = "柳溪农商银行行长王小满到会，发放贷款1200万元，惠及农户三百二十户。" + FILLER
    chance = random.Random(1)
    misread = "".join(chance.choice("口曰未土干入") if i % 10 == 3 else one for i, one in enumerate(letter))
    assert Fingerprint("", letter).compare("", misread).verdict == "near"


def test_a_garbled_letter_of_another_bank_is_another_letter():
    letter = "{}农商银行行长{}到会，在{}镇发放贷款{}万元，惠及农户{}户。" + FILLER
    ours = letter.format("柳溪", "王小满", "北坡", 1200, 320)
    theirs = letter.format("青禾", "李大川", "南湾", 1300, 410)
    chance = random.Random(1)
    head = len(ours) - len(FILLER)
    misread = "".join(
        chance.choice("口曰未土干入") if at > head and at % 10 == 3 else one for at, one in enumerate(theirs)
    )
    assert Fingerprint("", ours).compare("", misread).verdict == "separate"


def test_a_signature_that_shares_no_word_is_laid_beside_the_one_in_its_place():
    ours = f"{FILLER}\n柳溪联社"
    theirs = f"{FILLER}\n青禾农商行"
    assert ("organisation", "柳溪", "青禾") in found(ours, theirs)


@pytest.mark.parametrize(
    ("numerals", "value"),
    [
        ("二十一亿四千万", "2140000000"),
        ("十二", "12"),
        ("一百零五", "105"),
        ("三点五", None),
        ("两千三百", "2300"),
    ],
)
def test_chinese_numerals_are_read_by_their_places(numerals, value):
    facts = [fact.text for fact in facts_in(f"共计{numerals}元")]
    assert facts == [value or "3.5"]


KEYS = (2206345249774580350, 744539384675068597)

texts = st.text(alphabet="柳溪农商银行青禾支王小满一二三百万元年月日，。0123456789\n", max_size=120)


@given(texts, texts)
def test_the_verdict_is_the_same_both_ways(one, other):
    ours, theirs = Fingerprint("", one + FILLER), Fingerprint("", other + FILLER)
    there, back = compare(ours, theirs, thoroughly=True), compare(theirs, ours, thoroughly=True)
    assert (there.verdict, there.similarity, there.shared) == (
        back.verdict,
        back.similarity,
        back.shared[::-1],
    )
    assert [(d.kind, d.theirs, d.ours) for d in there.differences] == [
        (d.kind, d.ours, d.theirs) for d in back.differences
    ]


def test_width_case_and_white_space_move_neither_hash_nor_keys_and_a_character_does():
    plain = FILLER * 2 + "ABC 2024"
    wide = "\n ".join((FILLER * 2).replace("，", ",")) + "ａｂｃ　２０２４"
    assert content_hash(plain) == content_hash(wide)
    assert Fingerprint("", plain).keys == Fingerprint("", wide).keys
    assert content_hash(plain) != content_hash(plain.replace("清晨", "凌晨"))


def test_the_keys_of_a_text_never_change():
    """They stand in archives: other keys for the same text need a rebuild of those."""
    keys = Fingerprint("", FILLER * 3).keys
    assert len(keys) == 40
    assert Fingerprint("柳溪", FILLER * 3).keys[:40] == keys
    assert keys[:2] == KEYS
    assert all(0 <= key < 1 << 63 for key in keys)


def test_a_text_without_words_enough_has_no_keys():
    assert Fingerprint("便民", "各网点把便民措施落到实处。").keys == ()
