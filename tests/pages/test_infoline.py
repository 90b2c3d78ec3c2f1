"""The info line: where it stands, and what is told as it."""

import os
import subprocess
import sys

import pytest
from invented import FETCHED, FIRST, INFO, LAST, SECOND, TITLE, Reader, body_of, plain, stock

from pipelines.byline import parse_byline
from pipelines.items import RawArticle


def test_info_line_at_the_foot_is_read_and_leaves_the_body(read: Reader) -> None:
    page = plain(
        f"<p>{FIRST}</p><p>{LAST}</p>", after="<div>来源：柳溪日报 发布时间：2021-04-02 作者：孟小川</div>"
    )
    page = page.replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", "")
    article = read(page)
    assert article.byline == "来源：柳溪日报 发布时间：2021-04-02 作者：孟小川"
    assert body_of(article) == [FIRST, LAST]


def test_date_of_a_meeting_is_no_info_line(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p><p>{SECOND}</p><p>时间：2021年4月9日</p>")
    page = page.replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", "")
    assert read(page).byline is None


def test_two_info_pieces_in_boxes_of_their_own_are_one_byline(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p>").replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", "")
    page = page.replace(
        '<div class="k3">', '<div class="k3"><p>发布时间：2021-04-02</p><p>来源：柳溪日报</p>'
    )
    assert read(page).byline == "发布时间：2021-04-02\n来源：柳溪日报"


def test_info_line_stays_out_of_the_body(read: Reader) -> None:
    assert INFO.split("&nbsp;")[0] not in body_of(read(stock(f"<p>{FIRST}</p>")))


@pytest.mark.parametrize(
    "info",
    [
        '<span>2021-04-02 10:15</span> <span class="source"><a href="/">青禾观察</a></span> <span id="author">闻九</span>',
        '<ul><li>2021-04-02 10:15</li><li class="befrom">青禾观察</li><li class="writer">闻九</li></ul>',
        '<i class="fa fa-user"></i> 闻九 <span class="source">青禾观察</span> <i class="fa fa-clock"></i> 2021-04-02',
    ],
    ids=["elements in a line", "items of a list", "an icon before the name"],
)
def test_names_that_only_the_markup_labels_are_told(read: Reader, info: str) -> None:
    page = plain(f"<p>{FIRST}</p>").replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", info)
    told = parse_byline(read(page).byline, base=FETCHED)
    assert (told.source_raw, [person.name for person in told.contributors]) == ("青禾观察", ["闻九"])


def test_label_that_is_printed_counts_more_than_what_the_markup_says(read: Reader) -> None:
    info = '<span class="author">来源：柳溪日报</span> <span class="source">作者：孟小川</span> 2021-04-02'
    told = parse_byline(read(stock(f"<p>{FIRST}</p>", info=info)).byline, base=FETCHED)
    assert (told.source_raw, [person.name for person in told.contributors]) == ("柳溪日报", ["孟小川"])


def test_time_under_the_text_is_read_where_the_line_under_the_headline_tells_none(read: Reader) -> None:
    info, foot = "文/闻九", "<div>推荐人：小满　时间：2021-04-02 10:15　来源：柳溪日报　阅读：次</div>"
    page = plain(f"<p>{FIRST}</p>", after=foot).replace(
        "<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", info
    )
    told = parse_byline(read(page).byline, base=FETCHED)
    assert (told.published_raw, told.source_raw) == ("2021-04-02 10:15", "柳溪日报")


def test_every_item_of_a_list_of_labels_is_told(read: Reader) -> None:
    info = "<ul><li>发布于 2021-04-02</li><li>转自 《柳溪日报》</li><li>撰文 孟小川</li></ul>"
    page = plain(f"<p>{FIRST}</p>").replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", info)
    told = parse_byline(read(page).byline, base=FETCHED)
    assert (told.source_raw, [person.name for person in told.contributors]) == ("柳溪日报", ["孟小川"])


def stamp_of(article: RawArticle) -> str | None:
    return parse_byline(article.byline, base=FETCHED).published_raw


INFO_LINE = "<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>"


def test_time_before_what_an_account_says_of_itself_is_the_info_line(read: Reader) -> None:
    account = "<p><a href=/u/1>柳溪都市报道</a></p>"
    info = f"{account}<div><span>2021-04-02 10:15</span><i>柳溪</i><i>官方帐号，民生领域</i></div>"
    article = read(plain(f"<p>{FIRST}</p>").replace(INFO_LINE, info))
    assert (stamp_of(article), body_of(article)) == ("2021-04-02 10:15", [FIRST])


def test_sheet_of_a_calendar_may_begin_far_over_the_headline(read: Reader) -> None:
    sheet = "<div>2021</div><div>04/02</div><div>10:15</div><a href=#c>评论36</a><div>分享</div>"
    page = f"<title>{TITLE}</title>{sheet}<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert stamp_of(read(page)) == "2021\n04/02\n10:15"


@pytest.mark.parametrize(
    ("sheet", "stamp"),
    [("<p>第01版：要闻</p>", "2021年04月02日 星期五"), ("", None)],
    ids=["a newspaper", "a clock"],
)
def test_day_in_the_head_of_the_page_counts_where_it_is_that_of_an_issue(
    read: Reader, sheet: str, stamp: str | None
) -> None:
    head = f"<p>2021年04月02日 星期五</p>{sheet}<ul><li>要闻</li><li>基层</li></ul>"
    page = f"<title>{TITLE}</title>{head}<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert stamp_of(read(page)) == stamp


def facts_of(page: str, read: Reader) -> tuple[str | None, str | None, list[str]]:
    told = parse_byline(read(page).byline, base=FETCHED)
    return told.published_raw, told.source_raw, [person.name for person in told.contributors]


@pytest.mark.parametrize(
    ("info", "facts"),
    [
        (
            "<span>罗 娅</span> <a href=/x/>新闻动态</a> <span>市场部</span></div><div>2021-04-02",
            ("2021-04-02", None, ["罗娅"]),
        ),
        ("孟小川</div><div>2021-04-02 来源：柳溪日报", ("2021-04-02", "柳溪日报", ["孟小川"])),
        (
            "http://www.bank.example 2021-04-02 10:15 《柳溪周刊》 孟小川",
            ("2021-04-02 10:15", "柳溪周刊", ["孟小川"]),
        ),
        ("<b>佚名</b> <b>3年前</b> 【<a href=/x/>新闻动态</a>】 <b>670人已围观</b>", ("3年前", None, [])),
        ("2021-04-02 柳溪金融观察 记者：孟小川", ("2021-04-02", "柳溪金融观察", ["孟小川"])),
    ],
    ids=["words", "a name over the time", "an address", "so long ago", "the site's own name"],
)
def test_info_line_of_few_labels_is_told(
    read: Reader, info: str, facts: tuple[str | None, str | None, list[str]]
) -> None:
    trail = '<div>您的位置：<a href="/">首页</a> > <a href="/x/">新闻动态</a></div>'
    head = f"<title>{TITLE}-柳溪金融观察网</title>{trail}<div><h1>{TITLE}</h1><div>{info}</div></div>"
    page = f"{head}<div><p>{FIRST}</p><p>{LAST}</p></div>"
    assert facts_of(page, read) == facts
    assert body_of(read(page)) == [FIRST, LAST]


def test_day_of_a_speech_stays_in_the_text_where_an_info_line_tells_the_time(read: Reader) -> None:
    info = "<p>（2021年4月1日）</p><p>行长 孟小川</p><div>文章来源：办公室 更新时间：2021-04-02 10:15:20 点击数：</div>"
    page = f"<title>{TITLE}</title><div><h1>{TITLE}</h1>{info}<div><p>{FIRST}</p><p>{LAST}</p></div></div>"
    assert facts_of(page, read)[:2] == ("2021-04-02 10:15:20", "办公室")


def test_register_of_a_public_body_tells_when_a_document_was_published(read: Reader) -> None:
    register = (
        "<table><tr><td>索 引 号：</td><td>0113/2021-9</td><td>主题分类：</td><td>金融</td></tr>"
        "<tr><td>发文机关：</td><td>柳溪县人民政府办公室</td><td>成文日期：</td><td>2021年03月30日</td></tr>"
        "<tr><td>文 号：</td><td>柳政办发〔2021〕9号</td><td>发布日期：</td><td>2021年04月02日</td></tr></table>"
    )
    page = (
        f"<title>{TITLE}</title><div>{register}<h1>{TITLE}</h1><div><p>{FIRST}</p><p>{LAST}</p></div></div>"
    )
    assert facts_of(page, read) == ("2021年04月02日", "柳溪县人民政府办公室", [])


def test_element_that_is_called_two_things_is_the_same_in_every_run() -> None:
    told = "from crawler.pages.layout import called; print(called(frozenset(('author', 'source', 'editor', 'x'))))"
    answers = {
        subprocess.run(
            [sys.executable, "-c", told],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(6)
    }
    assert answers == {"Source\n"}


def test_writer_and_time_may_stand_in_boxes_of_their_own(read: Reader) -> None:
    info = "<p>文 / 柳溪县农村信用合作联社</p><p>2021-04-02 10:15</p>"
    page = plain(f"<p>{FIRST}</p>").replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", info)
    told = parse_byline(read(page).byline, base=FETCHED)
    assert [person.name for person in told.contributors] == ["柳溪县农村信用合作联社"]


def test_credit_below_the_body_may_link_its_outlet(read: Reader) -> None:
    page = plain(
        f"<p>{FIRST}</p>",
        after='<div>打印本页</div><div>来源：<a href="/">柳溪日报</a> 作者：孟小川 责任编辑：lx</div>',
    )
    page = page.replace("<span>来源：柳溪日报</span>", "")
    told = parse_byline(read(page).byline, base=FETCHED)
    assert (told.source_raw, told.contributors[0].name) == ("柳溪日报", "孟小川")


def test_editor_between_the_time_and_the_text_stays_out_of_the_body(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p>").replace(
        "<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>",
        "<p>2021-04-02 10:15</p><p>来源：<img src='logo.png' alt='柳溪日报'></p><p>编辑：青禾财经网</p><p>手机看资讯</p>",
    )
    assert body_of(read(page)) == [FIRST]
