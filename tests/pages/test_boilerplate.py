"""Stripping removes what no article says, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.boilerplate import NOISE_WORDS, ends_article, is_furniture, strip
from pipelines.items import Block

LINES = [
    "柳溪农商银行近日在云坪镇启动服务月。",
    "相关阅读",
    "上一篇：双河联社召开会议",
    "1 2 3 4",
    "附件：名单.doc",
    "名单.doc",
    "本网转载文章不代表本网观点。",
    "128",
]
blocks = st.builds(
    Block,
    kind=st.sampled_from(["text", "text", "text", "image", "file"]),
    text=st.sampled_from(LINES) | st.text(max_size=20),
    url=st.none(),
    link_share=st.sampled_from([0.0, 0.5, 1.0]),
    words=st.frozensets(st.sampled_from([*sorted(NOISE_WORDS)[:6], "content", "headline"]), max_size=2),
)


@given(st.lists(blocks, max_size=12))
def test_stripping_twice_is_stripping_once_and_only_removes(content: list[Block]) -> None:
    once = strip(content)
    assert strip(once) == once
    remaining = iter(content)
    assert all(block in remaining for block in once)


@pytest.mark.parametrize(
    "line",
    [
        "来顶一下",
        "此文为收费内容，订阅后继续阅读",
        "登录后查看全文",
        "[《柳溪周刊》纸质版，按此优惠订阅，随时起刊。]",
        "【本文结束】如需转载请务必注明出处：柳溪在线",
        "正文已结束，您可以按alt+4进行评论",
        "话题标签：处理器 国产",
        "关键词阅读：种业,库存,品种审定",
        "柳溪日报报料电话：010-5550100（24小时）",
        "手机看资讯",
        "请点击下载WORD版",
        "【打印本页】【关闭窗口】",
        "首页 上一页 1 2 下一页 尾页",
        "共有 3 条评论",
        "字号：大 中 小",
        "分享到：QQ空间 新浪微博",
        "上一篇：双河联社召开年中会议",
        "下一条 没有了",
        "相关新闻：",
        "用户名: 密码:",
        "验证码: 匿名发表",
        "版权所有 柳溪农商银行",
        "浏览次数：128次",
        "点击数：",
        "[!--diggtop--]",
        "[!--diggtop--] 打印本文 报错",
        "标签：春耕 贷款",
        "扫一扫在手机打开当前页",
        "凡本网注明来源的作品，未经授权不得转载。",
    ],
)
def test_furniture_is_known(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "特此公告",
        "报刊订阅后由邮政所投递到户，群众可以随时阅读。",
        "会议结束后，与会人员查看了新网点。",
        "会议在柳溪县首页酒店举行。",
        "用户登录后输入验证码即可查询。",
        "他说：“请大家分享经验。”",
        "上一阶段工作总结",
        "下一步打算",
        "1. 摸清需求",
        "贷款 47亿元",
        "评论员文章",
        "最新一批农户获得贷款",
        "相关部门表示，春耕资金充足。",
        "声明",
        "访问团一行走访了云坪镇",
    ],
)
def test_sentences_and_headings_of_an_article_are_not(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize("line", ["上一篇：双河联社召开会议", "延伸阅读", "发表评论 共有条评论"])
def test_what_follows_an_article_ends_it(line: str) -> None:
    assert ends_article(line)


def test_numbers_of_a_pager_go_and_numbers_of_a_table_stay() -> None:
    pager = Block("text", "【1】【2】【3】", link_share=0.7)
    row = Block("text", "2019 2020 2021")
    end = Block("text", "以上为历年数据。")
    assert strip([row, pager, end]) == (row, end)


def test_box_called_by_a_noise_word_stays_if_it_holds_the_text() -> None:
    body = Block("text", "柳溪农商银行近日在云坪镇启动服务月。", words=frozenset({"print"}))
    share = Block("text", "好友", words=frozenset({"share"}))
    assert strip([body, share]) == (body,)


def test_credit_of_the_editor_stays_for_the_foot_whatever_its_box_is_called() -> None:
    body = Block("text", "柳溪农商银行近日在云坪镇启动服务月。")
    credit = Block("text", "【编辑:赵晨】", words=frozenset({"ad", "editor"}))
    assert strip([body, credit]) == (body, credit)


def test_an_abstract_of_the_texts_own_words_goes_and_a_lead_stays() -> None:
    text = Block(
        "text", "九月九日，柳溪县农村金融协会举办第三期信贷业务培训班，六十七家会员单位的信贷员参加。"
    )
    cut = Block("text", "九月九日，柳溪县农村金融协会举办第三期信贷业务培训班...")
    named = Block("text", "摘要：九月九日，柳溪县农村金融协会举办第三期信贷业务培训班")
    lead = Block("text", "柳溪县农村金融协会近日举办培训班，信贷员们收获很大。")
    assert strip([cut, text]) == strip([named, text]) == (text,)
    assert strip([lead, text]) == (lead, text)
    assert strip([text, text]) == (text, text)
