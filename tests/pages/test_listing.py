"""Lists in many skins, all invented: what counts is what the links are and say."""

# ruff: noqa: E501 - a line of markup stays one line

import re
import time

import pytest
from lxml import html

from crawler.pages.listing import ListPage
from pipelines.urls import Site

URL = "http://www.qinghe.example/news/bank/"


def read(body, url=URL, title="农商要闻 - 青禾农商网"):
    root = html.document_fromstring(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    return ListPage(root, url)


def path(url):
    return url and url.removeprefix("http://www.qinghe.example")


def told(page):
    return [(path(entry.url), entry.title, entry.date) for entry in page.entries]


CRUMB = '<p>您当前的位置：<a href="/">首页</a>&nbsp;>&nbsp;<a href="/news/">新闻</a>&nbsp;>&nbsp;<a href="/news/bank/">农商要闻</a></p>'
TITLES = [
    "青禾农商银行备足春耕贷款",
    "柳岸农信社送反诈课进校园",
    "石桥支行夜校开班",
    "云岭农商行完成换届",
    "白塔镇整村授信启动",
]


def items(first=9, count=5, folder="/news/bank/2026-03-0"):
    rows = [
        (f"{folder}{number}/{number}.html", f"{TITLES[number % 5]}之{number}")
        for number in range(first, first - count, -1)
    ]
    return "".join(
        f'<li><a href="{href}" title="{text}">{text}</a> <span>2026-03-0{href[-6]}</span></li>'
        for href, text in rows
    )


SIDEBAR = (
    '<td><strong>最后更新</strong><ul><li><a href="/news/bank/2026-03-09/9.html">柳岸农信社送反诈课进校园之9</a></li>'
    '<li><a href="/news/party/2026-03-01/3.html">青禾农商银行党委学习</a></li></ul></td>'
)


def skin(rows, pager=""):
    return f"<table><tr><td>{CRUMB}<div>{rows}</div><div>{pager}</div></td>{SIDEBAR}</tr></table><p>© 青禾农商网</p>"


def test_entries_in_groups_of_five_are_one_list_and_the_sidebar_is_none_of_it():
    page = read(skin(f"<ul>{items(9, 5)}</ul>\n<ul>{items(4, 4)}<!--list.var5--></ul>"))
    assert page.is_list
    assert [path(entry.url) for entry in page.entries] == [
        f"/news/bank/2026-03-0{n}/{n}.html" for n in range(9, 0, -1)
    ]
    assert told(page)[0] == ("/news/bank/2026-03-09/9.html", "白塔镇整村授信启动之9", "2026-03-09")


def test_no_class_name_or_id_is_needed():
    body = skin(f"<ul>{items()}</ul>", "<a href='index_2.html'>下一页</a>")
    dressed = re.sub(r"<(td|ul|li|div|span)>", r'<\1 class="x9k pager" id="next1">', body)
    assert told(read(dressed)) == told(read(body)) != []
    assert read(dressed).next_url == read(body).next_url


PAGERS = {
    "numbered": (
        (
            '<a title="Total record">&nbsp;<b>44</b></a>&nbsp;<a href="/news/bank/">首页</a>&nbsp;<a href="/news/bank/">上一页</a>'
            '&nbsp;<a href="/news/bank/">1</a>&nbsp;<b>2</b>&nbsp;<a href="/news/bank/index_3.html">3</a>'
            '&nbsp;<a href="/news/bank/index_3.html">下一页</a>&nbsp;<a href="/news/bank/index_5.html">尾页</a>'
        ),
        ("/news/bank/index_3.html", "/news/bank/index_5.html"),
    ),
    "select": (
        (
            '页次：2/3&nbsp;每页5&nbsp;总数12 <a href="/news/bank/index.html?1">首页</a> <a href="/news/bank/index.html?1">上一页</a> '
            '<a href="/news/bank/index_3.html?3">下一页</a> <a href="/news/bank/index_3.html?3">尾页</a> 转到:<select>'
            '<option value="/news/bank/index.html?1">第 1 页</option><option value="/news/bank/index_2.html?2" selected>第 2 页</option>'
            '<option value="/news/bank/index_3.html?3">第 3 页</option></select>'
        ),
        ("/news/bank/index_3.html", "/news/bank/index_3.html"),
    ),
    "words only": (
        '<a href="yaowen-a.html">上一页</a> | <a href="yaowen-c.html">下一页</a>',
        ("/news/bank/yaowen-c.html", None),
    ),
    "numbers only": (
        '<a href="list_14_1.html">1</a> <strong>2</strong> <a href="list_14_3.html">3</a>',
        ("/news/bank/list_14_3.html", "/news/bank/list_14_3.html"),
    ),
    "icons": (
        '<a class="prev" href="p1.html"><i></i></a><a class="next" href="p3.html"><i></i></a>',
        ("/news/bank/p3.html", None),
    ),
    "images": (
        '<a href="p1.html"><img src="a.gif" alt="上一页"></a><a href="p3.html"><img src="b.gif" alt="下一页"></a>',
        ("/news/bank/p3.html", None),
    ),
    "dynamic": (
        '<a href="?page=0">首页</a> <a href="?page=0">1</a> <b>2</b> <a href="?page=2">3</a> <a href="?page=2">下 一 页 ></a>',
        ("/news/bank/?page=2", "/news/bank/?page=2"),
    ),
    "dots": (
        '<a href="l-1.html">1 ...</a> <b>2</b> <a href="l-3.html">3</a> <a href="l-31.html">... 31</a>',
        ("/news/bank/l-3.html", "/news/bank/l-31.html"),
    ),
    "clicks": (
        '<a href="javascript:void(0);" onclick="location.href=encodeURI(\'list_3.jhtml\');">下一页</a>',
        ("/news/bank/list_3.jhtml", None),
    ),
    "bracketed words": (
        '<a href="l_1.html">[首页]</a> <a href="l_1.html">[上一页]</a> <a href="l_3.html">[下一页]</a> <a href="l_9.html">[尾页]</a>',
        ("/news/bank/l_3.html", "/news/bank/l_9.html"),
    ),
    "more to load": (
        '<div class="more"><a href="/e/action/ListInfo/?classid=7&page=1">加载更多</a></div>',
        ("/e/action/ListInfo/?classid=7&page=1", None),
    ),
    "script": (
        '<script>createPageHTML(9, 1, "index", "shtml");</script>',
        ("/news/bank/index_2.shtml", "/news/bank/index_8.shtml"),
    ),
}


@pytest.mark.parametrize("style", PAGERS)
def test_next_and_last_page(style):
    pager, (following, last) = PAGERS[style]
    page = read(
        skin(f"<ul>{items()}</ul>", pager), url=URL + ("?page=1" if style == "dynamic" else "index_2.html")
    )
    assert (path(page.next_url), path(page.last_url)) == (following, last)
    assert len(page.entries) == 5


def test_select_and_numbers_name_every_page():
    page = read(skin(f"<ul>{items()}</ul>", PAGERS["select"][0]), url=f"{URL}index_2.html")
    assert [path(url) for url in page.page_urls] == [
        "/news/bank/",
        "/news/bank/index_2.html",
        "/news/bank/index_3.html",
    ]


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="index_2.html">上一页</a> 下一页 尾页',
        '<a href="index_2.html">上一页</a> <a href="index_3.html">下一页</a>',
        '<a href="index.html">1</a> <a href="index_2.html">2</a> <b>3</b> <a href="index.html">下一页</a>',
        '页次：3/3 <a href="index_2.html">上一页</a> <a href="other.html">下一页</a>',
        '<ul><li><a href="index_2.html">上一页</a></li><li class="disabled"><a href="index_4.html">下一页</a></li></ul>',
        '<a href="index_2.html">上一页</a> <a href="javascript:;">下一页</a>',
        '<script>createPageHTML(3, 2, "index", "html");</script>',
    ],
)
def test_the_last_page_has_no_next_however_it_is_dressed_up(pager):
    page = read(skin(f"<ul>{items()}</ul>", pager), url=f"{URL}index_3.html")
    assert page.is_list
    assert page.next_url is None


def test_a_date_with_slashes_is_no_page_count():
    rows = "".join(f'<li><a href="{n}.html">{TITLES[n]}</a> 2026/3/{n + 1}</li>' for n in range(5))
    page = read(skin(f"<ul>{rows}</ul><a href='index_2.html'>下一页</a>"))
    assert path(page.next_url) == "/news/bank/index_2.html"


@pytest.mark.parametrize(
    ("printed", "iso", "text"),
    [
        ("<span>2026-03-08</span>", "2026-03-08", "2026-03-08"),
        ("[2026/3/8]", "2026-03-08", "2026/3/8"),
        ("<em>2026.03.08 09:41</em>", "2026-03-08", "2026.03.08 09:41"),
        ("2026年3月8日", "2026-03-08", "2026年3月8日"),
        ("<i>发布时间：2026-03-08</i>", "2026-03-08", "2026-03-08"),
        ("<b>08</b><span>2026-03</span>", "2026-03-08", "08 2026-03"),
        ("<b>03-08</b><span>2026</span>", "2026-03-08", "03-08 2026"),
        ("<span>03-08</span>", None, "03-08"),
        ("<span>26-03-08 10:15</span>", "2026-03-08", "26-03-08 10:15"),
        ("<span>26-03-38</span>", None, None),
        ("<span>3月8日</span>", None, "3月8日"),
        ("<span>2026-13-08</span>", None, "2026-13-08"),
        ("<span>0000-00-00</span>", None, None),
        ("<span>浏览：38</span>", None, None),
        ("<span>编号 26-39</span>", None, None),
        ("<span>页次：1/12</span>", None, None),
    ],
)
def test_dates_as_lists_print_them(printed, iso, text):
    rows = "".join(f'<li><a href="{n}.html">{TITLES[n]}</a>{printed}</li>' for n in range(5))
    entry = read(skin(f"<ul>{rows}</ul>", "<a href='index_2.html'>下一页</a>")).entries[1]
    assert (entry.date, entry.date_text, entry.title) == (iso, text, TITLES[1])


@pytest.mark.parametrize("apart", [True, False], ids=["a list for each day", "one list of all days"])
def test_dates_that_head_the_days_of_a_list(apart):
    days = {"2026-03-09": (0, 1), "2026-03-06": (2,), "2026-03-05": (3, 4)}
    rows = {
        day: "".join(f'<dd>· <a href="{n}.html">{TITLES[n]}</a></dd>' for n in numbers)
        for day, numbers in days.items()
    }
    groups = [f"<dt>{day}</dt>{entries}" for day, entries in rows.items()]
    body = "".join(f"<dl>{group}</dl>" for group in groups) if apart else f"<dl>{''.join(groups)}</dl>"
    page = read(skin(body, "<a href='index_2.html'>下一页</a>"))
    expected = [(TITLES[n], day) for day, numbers in days.items() for n in numbers]
    assert [(entry.title, entry.date) for entry in page.entries] == expected


def test_linked_columns_in_brackets_are_no_entries():
    rows = "".join(
        f'<li>[<a href="/gn.html">国内</a>] <a href="{n}.html">{TITLES[n]}</a> <i>3-{n + 10} 10:15</i></li>'
        for n in range(5)
    )
    page = read(skin(f"<ul>{rows}</ul>", "<a href='index_2.html'>下一页</a>"))
    assert [entry.title for entry in page.entries] == TITLES


def test_one_date_over_a_list_is_the_date_of_none():
    rows = "".join(f'<li><a href="{n}.html">{TITLES[n]}</a></li>' for n in range(5))
    page = read(skin(f"<p>2026-03-09</p><ul>{rows}</ul>", "<a href='index_2.html'>下一页</a>"))
    assert {entry.date for entry in page.entries} == {None}


def test_a_date_told_in_title_or_summary_is_not_the_date_of_the_entry():
    rows = "".join(
        f'<li><h3><a href="{n}.html">{TITLES[n]}2024年5月1日开门红</a></h3><p>2025年8月2日，青禾农商银行在白塔镇召开了现场会，'
        f"全体客户经理参加，会后走访了种粮大户和合作社。</p><div>2026-03-0{n + 1}</div></li>"
        for n in range(5)
    )
    assert [entry.date for entry in read(skin(f"<ul>{rows}</ul>")).entries] == [
        f"2026-03-0{n}" for n in range(1, 6)
    ]


LAYOUTS = {
    "lines": ("· <a href='{n}.html'>{t}</a> (2026-03-0{d})<br>", "<p>{}</p>"),
    "date first": ("<span>2026-03-0{d}</span><a href='{n}.html'>{t}</a><br>", "<div>{}</div>"),
    "table": (
        "<tr><td>·</td><td><a href='{n}.html'>{t}</a></td><td>2026-03-0{d}</td></tr>",
        "<table>{}</table>",
    ),
    "two rows": (
        "<tr><td><a href='{n}.html'>{t}</a></td></tr><tr><td>来源：青禾农商网 2026-03-0{d}</td></tr><tr><td><hr></td></tr>",
        "<table>{}</table>",
    ),
    "definitions": ("<dt><a href='{n}.html'>{t}</a></dt><dd>2026-03-0{d}</dd>", "<dl>{}</dl>"),
    "tables": (
        "<table><tr><td><a href='{n}.html'>{t}</a></td><td>2026-03-0{d}</td></tr></table>",
        "<div>{}</div>",
    ),
    "cards": (
        "<a href='{n}.html'><img src='{n}.jpg'><h4>{t}</h4><p>农户说，贷款来得正是时候。</p><time>2026-03-0{d}</time></a>",
        "<section>{}</section>",
    ),
    "picture and text": (
        (
            "<li><a href='{n}.html'><img alt='{t}' src='{n}.jpg'></a><a href='/news/bank/'>农商要闻</a><a href='{n}.html'>{t}</a>"
            "<em>2026-03-0{d}</em><a href='{n}.html'>[详细]</a></li>"
        ),
        "<ul>{}</ul>",
    ),
    "name beside": (
        "<li><h3>{t}</h3><p>2026-03-0{d}</p><a href='{n}.html'>查看详情>></a></li>",
        "<ul>{}</ul>",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_entries(layout):
    row, whole = LAYOUTS[layout]
    rows = "\n".join(row.format(n=n, t=TITLES[n], d=n + 1) for n in range(5))
    page = read(skin(whole.format(rows)))
    assert told(page) == [(f"/news/bank/{n}.html", TITLES[n], f"2026-03-0{n + 1}") for n in range(5)]


@pytest.mark.parametrize(
    ("link", "title"),
    [
        (
            '<a href="1.html" title="青禾农商银行走访千户种粮大户送贷上门">青禾农商银行走访千户种粮…</a>',
            "青禾农商银行走访千户种粮大户送贷上门",
        ),
        (
            '<a href="1.html" title="青禾农商银行"整村授信"启动">青禾农商银行"整村授信"启动</a>',
            '青禾农商银行"整村授信"启动',
        ),
        ('<a href="1.html" title="石桥支行夜校开班">[要闻] 石桥支行夜校开班</a>', "石桥支行夜校开班"),
        ('<a href="1.html"><span>[要闻]</span>石桥支行夜校开班<i>128</i></a>', "石桥支行夜校开班"),
        (
            '<a href="1.html"><font color="red"><strong>石桥支行夜校开班</strong></font></a>',
            "石桥支行夜校开班",
        ),
        ('<a href="1.html">· 石桥支行夜校开班</a>', "石桥支行夜校开班"),
        (
            '<a href="1.html" title="标题：石桥支行夜校开班&#10;发布时间：2026-01-01 点击：8">石桥支行夜校</a>',
            "石桥支行夜校开班",
        ),
        ('<a href="1.html" title="点击查看">石桥支行夜校开班</a>', "石桥支行夜校开班"),
        ('<a href="1.html"><img src="1.jpg" alt="石桥支行夜校开班"></a>', "石桥支行夜校开班"),
    ],
)
def test_the_longer_clean_value_is_the_title(link, title):
    others = "".join(
        f'<li><a href="{n}.html">{TITLES[n]}</a> <span>2026-03-02</span></li>' for n in range(2, 5)
    )
    page = read(skin(f"<ul><li>{link} <span>2026-03-08</span></li>{others}</ul>"))
    assert told(page)[0] == ("/news/bank/1.html", title, "2026-03-08")


def test_entries_that_lead_elsewhere_are_entries():
    rows = (
        '<li><a href="http://paper.liuan.example/2026/88.html">柳岸日报：农信社里的年轻人</a> <span>2026-03-09</span></li>'
        '<li><a href="/e/public/jump/?classid=7&id=31">省报转载：云岭的金融夜校</a> <span>2026-03-08</span></li>'
        '<li><a href="/zt/chungeng2026/">专题：二〇二六春耕备耕进行时</a> <span>2026-03-07</span></li>'
    )
    page = read(skin(f"<ul>{rows}{items(6, 3)}</ul>"))
    assert [path(entry.url) for entry in page.entries[:3]] == [
        "http://paper.liuan.example/2026/88.html",
        "/e/public/jump/?classid=7&id=31",
        "/zt/chungeng2026/",
    ]
    assert len(page.entries) == 6


def test_a_list_of_dynamic_addresses():
    rows = "".join(
        f'<li><a href="/e/action/ShowInfo.php?classid=3&id={n}">{TITLES[n]}</a> 2026-03-0{n + 1}</li>'
        for n in range(5)
    )
    page = read(skin(f"<ul>{rows}</ul>"), url="http://www.qinghe.example/e/action/ListInfo/?classid=3")
    assert [path(entry.url) for entry in page.entries][:2] == [
        "/e/action/ShowInfo.php?classid=3&id=0",
        "/e/action/ShowInfo.php?classid=3&id=1",
    ]


def test_a_story_set_large_above_the_list_is_its_first_entry():
    lead = '<div class="big"><a href="/news/bank/90.html"><img src="9.jpg"></a><a href="/news/bank/90.html"><h3>青禾农商银行年会</h3><p>2026-03-10</p></a></div>'
    page = read(f"<div>{lead}<ul>{items()}</ul></div>", title="青禾农商网")
    assert told(page)[0] == ("/news/bank/90.html", "青禾农商银行年会", "2026-03-10")
    assert len(page.entries) == 6


def test_a_list_of_one_entry_under_the_heading_the_page_is_called_by():
    one = '<ul><li><a href="1.html">青禾书画院简介</a><p>2026-03-10</p></li></ul>'
    logo = '<h1><a href="/"><img src="logo.png"></a></h1>'
    page = read(f"{logo}<div><div><h1><span>书画院</span></h1></div>{one}</div>", title="书画院 - 青禾农商网")
    assert told(page) == [("/news/bank/1.html", "青禾书画院简介", "2026-03-10")]


def test_a_list_without_dates_or_pager_right_below_the_breadcrumb():
    rows = "".join(f'<li><a href="{n}.html">{TITLES[n]}</a></li>' for n in range(5))
    page = read(f"<div>{CRUMB}<ul>{rows}</ul></div>", title="青禾农商网_农商要闻_青禾农商银行")
    assert [entry.title for entry in page.entries] == TITLES


def test_a_pager_that_leads_off_the_site_or_nowhere_is_not_followed():
    for address in ("http://ads.example/2.html", "http://[bad"):
        page = read(
            skin(f"<ul>{items()}</ul>", f'<a href="index.html">上一页</a> <a href="{address}">下一页</a>')
        )
        assert page.is_list
        assert page.next_url is None
    odd = '<a href="index.html">上一页</a><select><option value="javascript:go(1).x">1</option></select>'
    assert read(skin(f"<ul>{items()}</ul>", odd)).page_urls == ("http://www.qinghe.example/news/bank/",)


def test_a_column_of_one_story_that_its_sidebars_repeat():
    one = '<li><a href="1.html">石桥支行夜校开班</a></li>'
    aside = f"<td><strong>最后更新</strong><ul>{one}</ul><strong>热门点击</strong><ol>{one}</ol></td>"
    page = read(f"<table><tr><td>{CRUMB}<div><ul>{one}</ul></div></td>{aside}</tr></table>")
    assert told(page) == [("/news/bank/1.html", "石桥支行夜校开班", None)]


def test_a_breadcrumb_whose_signs_the_style_sheet_draws():
    trail = '<ol class="breadcrumb"><li><a href="/">首页</a></li><li><a href="/news/">新闻</a></li><li>农商要闻</li></ol>'
    rows = "".join(f'<li><a href="{n}.html">{TITLES[n]}</a></li>' for n in range(5))
    page = read(f"<div>{trail}<ul>{rows}</ul></div>{SIDEBAR}", title="青禾农商网")
    assert [entry.title for entry in page.entries] == TITLES


def test_a_lone_link_in_the_column_beside_is_no_entry():
    beside = '<div class="col-r"><div><h5>频道精选</h5><ul><li><a href="/people/1.html">磨刀匠的信用卡</a></li></ul></div></div>'
    page = read(f'<div><div class="col-l">{CRUMB}<ul>{items()}</ul></div>{beside}</div>')
    assert len(page.entries) == 5


def test_a_breadcrumb_that_ends_in_text_is_of_an_article():
    crumb = '<p><a href="/">首页</a> > <a href="/news/">新闻</a> > 正文</p>'
    assert not read(f"<div>{crumb}<h1>一句话新闻</h1><p>青禾支行开业。</p><ul>{items()}</ul></div>").is_list


def block(name, folder, more=True):
    return (
        f"<table><tr><td><strong>{name}</strong></td>{f'<td><a href={folder}>更多>></a></td>' if more else ''}</tr></table>"
        f"<table><tr><td><ul>{items(9, 5, folder + '2026-03-0')}</ul></td></tr></table>"
    )


def test_a_channel_of_several_blocks_is_no_list_but_leads_on():
    page = read(
        CRUMB + block("农商要闻", "/news/bank/") + block("党建", "/news/party/"),
        url="http://www.qinghe.example/news/",
    )
    assert not page.is_list
    assert (page.entries, page.next_url) == ((), None)
    kinds = {path(link.url): verdict.kind for link, verdict in page.links}
    assert (kinds["/news/party/"], kinds["/news/party/2026-03-09/9.html"]) == ("list", "article")


def test_a_home_page_is_no_list():
    home = (
        block("要闻", "/news/bank/", more=False)
        + block("党建", "/news/party/", more=False)
        + block("人物", "/people/", more=False)
    )
    assert not read(home, url="http://www.qinghe.example/index.html", title="青禾农商网").is_list


def test_an_article_with_sidebars_is_no_list():
    story = "<p>　　三月八日，青禾农商银行的客户经理走进白塔镇，把春耕贷款送到田间地头。</p>" * 4
    turning = '<p>上一篇：<a href="7.html">石桥支行夜校开班</a></p><p>下一篇：<a href="9.html">云岭农商行完成换届</a></p>'
    page = read(
        f"{CRUMB}<h1>送贷上门</h1><p>时间：2026-03-08 来源：青禾农商网</p>{story}{turning}{SIDEBAR}",
        url=f"{URL}8.html",
        title="送贷上门 - 青禾农商网",
    )
    assert not page.is_list


def test_a_photo_story_with_parts_is_no_list():
    parts = '<p><b>1</b> <a href="8_2.html">2</a> <a href="8_2.html">下一页</a></p>'
    body = f"{CRUMB}<h1>春耕影像</h1><p>时间：2026-03-08</p><p><img src='a.jpg'></p><p>青禾农商银行的客户经理在田间，了解农户需求。</p>{parts}{SIDEBAR}"
    assert not read(body, url=f"{URL}8.html", title="春耕影像 - 青禾农商网").is_list


def test_an_empty_column_has_no_entries_though_its_sidebar_has():
    aside = "<aside><h3>热门稿件</h3><ul>" + items() + "</ul></aside>"
    page = read(f"<div>{CRUMB}<h1>农商要闻</h1><ul></ul></div>{aside}")
    assert page.entries == ()


def test_links_of_a_list_name_their_traps():
    page = read(
        skin(
            f"<ul>{items()}</ul><a href='/e/web/?type=rss2'>RSS</a><a href='http://www.qinghe.example:8080/a.html'>旧站</a>"
        )
    )
    reasons = {path(link.url): verdict.reason for link, verdict in page.links}
    assert reasons["/e/web/?type=rss2"] == "trap:feed"
    assert (
        reasons["http://www.qinghe.example:8080/a.html".removeprefix("http://www.qinghe.example")]
        == "offsite:port"
    )


def test_twins_of_the_site_are_one_address():
    site = Site.of("https://www.qinghe.example/")
    root = html.document_fromstring(
        skin(f"<ul>{items(9, 5, 'http://qinghe.example/news/bank/2026-03-0')}</ul>")
    )
    page = ListPage(root, "http://qinghe.example/news/bank/index.html", site)
    assert page.url == "https://www.qinghe.example/news/bank/"
    assert {link.url.split("/news")[0] for link, verdict in page.links if verdict.kind == "article"} == {
        "https://www.qinghe.example"
    }


@pytest.mark.parametrize("depth", [10, 1_900])
def test_a_page_made_to_hurt_is_read_in_bounded_time(depth):
    links = "".join(f"<div><a href='{n}.html'>青禾农商银行第{n}号公告</a></div>" for n in range(300))
    parser = html.HTMLParser(huge_tree=True)
    root = html.document_fromstring(
        "<html><body>" + "<div>" * depth + links + "</body></html>", parser=parser
    )
    started = time.perf_counter()
    page = ListPage(root, URL)
    assert len(page.links) == 300
    assert page.next_url is None
    assert time.perf_counter() - started < 10


def test_a_list_without_end_is_read_in_bounded_time():
    rows = "".join(
        f"<li><a href='{n}.html'>青禾农商银行第{n}号公告</a> <span>2026-03-08</span></li>"
        for n in range(5_000)
    )
    started = time.perf_counter()
    assert len(read(skin(f"<ul>{rows}</ul>")).entries) == 5_000
    assert time.perf_counter() - started < 20


def test_title_of_a_card_is_what_its_first_box_says():
    rows = "".join(
        f'<li><a href="/news/{n}.html"><div>{TITLES[n]}</div><p><i>青禾融媒</i><b>2026-03-0{n + 1}</b></p></a></li>'
        for n in range(5)
    )
    assert told(read(skin(f"<ul>{rows}</ul>"))) == [
        (f"/news/{n}.html", TITLES[n], f"2026-03-0{n + 1}") for n in range(5)
    ]
