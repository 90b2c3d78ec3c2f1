"""What a reader of the page sees is what is read, in any skin."""

import pytest
from invented import FETCHED, FIRST, LAST, SECOND, TITLE, URL, Reader, body_of, plain, stock
from web_poet import field

from crawler.pages.base import ArticlePage
from crawler.pages.document import Document
from pipelines.refusals import NotAnArticle

KICKER = "强化担当 服务春耕"
LINKS = "".join(
    f'<li><a href="/n/{day}.html">{name}</a><span>2021-03-{day}</span></li>'
    for day, name in (
        (11, "临江农信开展反诈宣传进校园活动"),
        (12, "双河联社召开年中会议"),
        (13, "安渡农商行获评文明单位"),
    )
)

BODIES = {
    "paragraphs": (f"<p>　　{FIRST}</p><p>&nbsp;</p><p>　　{LAST}</p>", [FIRST, LAST]),
    "breaks and indents": (f"　　{FIRST}<br />　　{SECOND}<br>　　<br>　　{LAST}", [FIRST, SECOND, LAST]),
    "upper case and Word": (
        f"<P class=MsoNormal><FONT size=3><SPAN lang=EN-US>{FIRST}<o:p></o:p></SPAN></FONT></P><P>{LAST}</P>",
        [FIRST, LAST],
    ),
    "unclosed tags": (f"<p>{FIRST}<p>{SECOND}<div>{LAST}", [FIRST, SECOND, LAST]),
    "layout tables": (
        f"<table><tr><td><table><tr><td>{FIRST}</td></tr><tr><td><p>{LAST}</p></td></tr></table></td></tr></table>",
        [FIRST, LAST],
    ),
    "a data table": (
        (
            f"<p>{FIRST}</p><table border=1><tr><th>网点</th><th>电话</th></tr><tr><td><p>云坪支行</p></td>"
            f"<td><p>0999-123456</p></td></tr></table><p>{LAST}</p>"
        ),
        [FIRST, "网点 电话", "云坪支行 0999-123456", LAST],
    ),
    "lists and headings": (
        f"<h3>走村入户</h3><p>{FIRST}</p><ol><li>摸清需求；</li><li>让利于民。</li></ol>",
        ["走村入户", FIRST, "摸清需求；", "让利于民。"],
    ),
    "captions": (
        f'<p>{FIRST}</p><div><img src="/d/1.jpg"><div>图为走访现场</div></div><p>{LAST}</p>',
        [FIRST, "图为走访现场", LAST],
    ),
    "hidden marks against copying": (
        f'<p>{FIRST}<span style="DISPLAY: none">x9Z柳溪网</span></p><p hidden>看不见</p><p>{LAST}</p>',
        [FIRST, LAST],
    ),
    "keyword links": (f"<p>{FIRST.replace('春耕', '<a href=/k/>春耕</a>')}</p><p>{LAST}</p>", [FIRST, LAST]),
    "one line": ("<p>因系统升级，本行柜面业务暂停一天。</p>", ["因系统升级，本行柜面业务暂停一天。"]),
    "two words": ("特此公告", ["特此公告"]),
    "a poem": ("<p>春风吹绿柳溪岸</p><p>一路花香进山村</p>", ["春风吹绿柳溪岸", "一路花香进山村"]),
    "words of a login form in a sentence": (
        f"<p>{FIRST}</p><p>用户登录后输入验证码，即可发表评论。</p>",
        [FIRST, "用户登录后输入验证码，即可发表评论。"],
    ),
    "a signature and its date": (
        f"<p>{FIRST}</p><p align=right>柳溪农商银行</p><p align=right>2021年4月1日</p>",
        [FIRST, "柳溪农商银行", "2021年4月1日"],
    ),
    "related links between paragraphs": (
        f"<p>{FIRST}</p><p>{SECOND}</p><p>相关阅读：</p><ul>{LINKS}</ul><p>{FIRST[::-1]}</p>",
        [FIRST, SECOND, FIRST[::-1]],
    ),
    "a note under a table": (
        "<table border=1><tr><td>期限</td><td>利率</td></tr><tr><td>一年</td><td>1.50</td></tr></table><p>自下月起执行。</p>",
        ["期限 利率", "一年 1.50", "自下月起执行。"],
    ),
    "a form to sign up with": (
        f"<p>{FIRST}</p><form><table><tr><td>姓名</td><td><input></td></tr></table></form><p>{LAST}</p>",
        [FIRST, LAST],
    ),
    "whose words a quotation is": (
        f"<p>{FIRST}</p><blockquote><p>{SECOND}</p><footer class=quote-footer>种粮大户 石安</footer></blockquote>",
        [FIRST, SECOND, "种粮大户 石安"],
    ),
    "a heading over a summary": (
        f"<div><strong>导读</strong><p>{LAST}</p></div><p>{FIRST}</p>",
        [LAST, FIRST],
    ),
    "a note on the author": (
        f"<p>{FIRST}</p><p>（作者系柳溪农商银行行长）</p>",
        [FIRST, "（作者系柳溪农商银行行长）"],
    ),
    "a file in a sentence": (
        f'<p>{FIRST}</p><p>详见<a href="/d/a.doc">服务点名单</a>，请遵照执行。</p>',
        [FIRST, "详见服务点名单，请遵照执行。"],
    ),
}


@pytest.mark.parametrize("skin", [stock, plain])
@pytest.mark.parametrize("case", BODIES)
def test_body_is_what_stands_in_the_article(read: Reader, skin, case: str) -> None:
    content, lines = BODIES[case]
    article = read(skin(content))
    assert body_of(article) == lines
    assert article.title == TITLE


def test_fields_of_the_stock_template(read: Reader) -> None:
    article = read(stock(f"<p>{FIRST}</p>"))
    assert article.breadcrumb == ("新闻观察", "农商要闻")
    assert article.byline == "时间：2021-04-02 10:15:00 来源：柳溪日报 作者：孟小川"
    assert (article.kicker, article.subtitle, article.next_part) == (None, None, None)
    assert article.identity == ("7", "5")
    assert article.read_by["content"].rule == "fingerprint:stock"
    assert article.read_by["title"].rule == "fingerprint:stock"


def test_fields_of_a_template_nobody_knows(read: Reader) -> None:
    article = read(plain(f"<p>{FIRST}</p><p>{LAST}</p>"))
    assert article.byline == "2021-04-02 10:15 来源：柳溪日报"
    assert article.read_by["content"].rule == "landmarks"
    assert article.identity is None


@pytest.mark.parametrize(
    "heading",
    [
        f"<h1>{KICKER}<br>{TITLE}</h1>",
        f'<p align="center">{KICKER}</p><h1>{TITLE}</h1>',
        f"{KICKER}</td></tr><tr><td><h1>{TITLE}</h1>",
        f"<h3>{KICKER}</h3><h1>{TITLE}</h1>",
    ],
    ids=["break in the heading", "paragraph above", "row of its own", "smaller heading above"],
)
def test_kicker_is_kept_apart_from_the_title(read: Reader, heading: str) -> None:
    article = read(stock(f"<p>{FIRST}</p>", heading=heading))
    assert (article.kicker, article.title, article.subtitle) == (KICKER, TITLE, None)
    assert body_of(article) == [FIRST]


@pytest.mark.parametrize(
    "heading",
    [f"<h1>{TITLE}<br>——春耕一线见闻</h1>", f"<h1>{TITLE}</h1><p>——春耕一线见闻</p>"],
    ids=["in the heading", "under it"],
)
def test_line_that_starts_with_a_dash_is_the_subtitle(read: Reader, heading: str) -> None:
    article = read(stock(f"<p>{FIRST}</p>", heading=heading))
    assert (article.kicker, article.title, article.subtitle) == (None, TITLE, "——春耕一线见闻")


def test_gbk_page_reads_like_the_same_page_in_utf8(read: Reader) -> None:
    page = stock(f"<p>{FIRST}</p>", heading=f"<p>{KICKER}</p><h1>{TITLE}</h1>")
    assert read(page.encode("gbk")) == read(page)


def test_name_of_the_section_over_the_headline_is_no_kicker(read: Reader) -> None:
    article = read(plain(f"<p>{FIRST}</p>").replace('<div class="k2">', "<div>业务公告</div><div>"))
    assert article.kicker is None


def test_title_printed_on_every_page_is_not_the_headline(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p><p>{LAST}</p>").replace(f"<title>{TITLE}_", "<title>")
    assert read(page).title == TITLE


def test_comments_of_readers_are_not_the_article(read: Reader) -> None:
    comments = f'<div class="comments"><h3>网友评论</h3><p>路人甲：{SECOND}</p></div>'
    assert body_of(read(plain(f"<p>{FIRST}</p>", after=comments))) == [FIRST]


def test_side_column_before_the_text_is_not_the_article(read: Reader) -> None:
    column = (
        f"<div><h3>关于我们</h3><p>柳溪农商银行是一家地方性银行，服务全县农户。</p><ul>{LINKS}</ul></div>"
    )
    assert body_of(read(plain(f"<p>{FIRST}</p><p>{SECOND}</p>", before=column))) == [FIRST, SECOND]


def test_longer_teasers_below_do_not_win_over_a_short_notice(read: Reader) -> None:
    teasers = "".join(
        f'<div><a href="/{n}.html">往期新闻{n}</a><p>{SECOND}{FIRST}</p></div>' for n in range(6)
    )
    page = plain("<p>本行柜面业务暂停一天。</p>", after=f"<div><div>猜你喜欢</div>{teasers}</div>")
    assert body_of(read(page)) == ["本行柜面业务暂停一天。"]


def test_foot_of_the_template_is_cut(read: Reader) -> None:
    foot = """<div>标签：<a href="/t/1">春耕</a></div><div>分享到：<a>微信</a> <a>新浪微博</a></div>
<div>上一篇：<a href="/n/4.html">双河联社召开年中会议</a></div><div>下一篇：没有了</div>
<div>【<a>打印本页</a>】【<a>关闭窗口</a>】</div><p>免责声明：本网转载文章不代表本网观点，版权归原作者。</p>"""
    assert body_of(read(plain(f"<p>{FIRST}</p>{foot}"))) == [FIRST]


def test_photo_story_is_an_article_of_images(read: Reader) -> None:
    article = read(
        plain('<p><img src="/d/1.jpg" alt="云坪镇"></p><p><img data-src="/d/2.jpg" src="/blank.gif"></p>')
    )
    images = [(block.url, block.text) for block in article.content if block.kind == "image"]
    assert images == [("http://bank.example/d/1.jpg", "云坪镇"), ("http://bank.example/d/2.jpg", "")]
    assert body_of(article) == []


def test_notice_that_is_only_files_has_attachments_and_no_body(read: Reader) -> None:
    article = read(
        plain(
            '<p>附件：<a href="/d/a.pdf">关于调整营业时间的公告.pdf</a></p>'
            '<p><a href="b.xls">网点名单</a></p>'
        )
    )
    files = [(block.url, block.text) for block in strip_files(article)]
    assert files == [
        ("http://bank.example/d/a.pdf", "关于调整营业时间的公告.pdf"),
        ("http://bank.example/yaowen/2021-04-02/b.xls", "网点名单"),
    ]
    assert body_of(article) == []


def strip_files(article):
    return [block for block in article.content if block.kind == "file"]


def test_line_that_names_a_file_stays_where_the_notice_has_a_text(read: Reader) -> None:
    article = read(plain(f'<p>{FIRST}</p><p>附件：<a href="/d/a.doc">服务点名单.doc</a></p>'))
    assert body_of(article) == [FIRST, "附件：服务点名单.doc"]
    assert [block.text for block in strip_files(article)] == ["服务点名单.doc"]


@pytest.mark.parametrize(
    ("trail", "steps"),
    [
        (
            '当前位置：<a href="/">首页</a> &gt;&gt; <a href="/a/">新闻动态</a> &gt;&gt; 正文',
            ("新闻动态",),
        ),
        ('<a href="/">首页</a>><a href="/a/">新闻动态</a>>' + TITLE, ("新闻动态",)),
        ("您现在的位置：首页 » 新闻动态", ("新闻动态",)),
        (
            '<ul class="breadcrumb"><li><a href="/">主页</a></li><li><a href="/a/">新闻动态</a></li></ul>',
            ("新闻动态",),
        ),
    ],
)
def test_breadcrumb_is_read_whatever_parts_it(read: Reader, trail: str, steps: tuple[str, ...]) -> None:
    page = plain(f"<p>{FIRST}</p>").replace('<div class="k1">', f'<div>{trail}</div><div class="k1">')
    article = read(page)
    assert article.breadcrumb == steps
    assert article.title == TITLE


def test_page_without_time_source_or_author_states_none(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p><p>{SECOND}</p>")
    article = read(page.replace("<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", ""))
    assert article.byline is None
    assert "byline" not in article.read_by


def test_part_of_a_class_name_is_no_noise(read: Reader) -> None:
    article = read(plain(f'<div class="headline padding shareholder"><p>{FIRST}</p></div><p>{LAST}</p>'))
    assert body_of(article) == [FIRST, LAST]


def test_tags_in_the_class_of_the_article_do_not_hide_it(read: Reader) -> None:
    page = plain("<p>本行柜面业务暂停一天。</p>").replace('class="k1"', 'class="post tag-login tag-ad"')
    assert body_of(read(page)) == ["本行柜面业务暂停一天。"]


def test_date_over_the_headline_is_the_info_line_and_no_kicker(read: Reader) -> None:
    page = plain(f"<p>{FIRST}</p>").replace(
        "<span>2021-04-02 10:15</span> <span>来源：柳溪日报</span>", "作者：孟小川"
    )
    article = read(page.replace('<div class="k2">', "<div>2021-04-02 10:15:00</div><div>"))
    assert article.byline == "2021-04-02 10:15:00\n作者：孟小川"
    assert article.kicker is None


def test_buttons_between_info_line_and_text_do_not_hide_the_text(read: Reader) -> None:
    buttons = "".join(
        f"<li><a>{name}</a></li>" for name in ("微信", "微博", "QQ空间", "更多", "朋友圈", "T+", "T-")
    )
    assert body_of(read(plain(f"<p>{FIRST}</p>", before=f"<ul>{buttons}</ul>"))) == [FIRST]


def test_field_a_site_replaces_is_its_own_and_the_others_stay() -> None:
    class OwnTitle(ArticlePage):
        @field
        def title(self) -> str:
            return "自有规则读到的标题"

    document = Document.parse(stock(f"<p>{FIRST}</p>").encode(), url=URL)
    article = OwnTitle(document, fetched_at=FETCHED).read()
    assert article.title == "自有规则读到的标题"
    assert article.read_by["title"].rule == "site"
    assert article.read_by["content"].rule == "fingerprint:stock"


def test_title_stated_for_machines_counts_only_where_no_line_prints_one(read: Reader) -> None:
    long_body = f"<p>{FIRST}</p><p>{SECOND}</p>" * 6
    meta = '<meta property="og:title" content="云坪镇见闻">'
    page = f"<html><head>{meta}<title>云坪镇见闻-要闻-柳溪网</title></head><body><div>{long_body}</div></body></html>"
    assert read(page).title == "云坪镇见闻"
    printed = plain(f"<p>{FIRST}</p>").replace(
        "<head>", '<head><meta property="og:title" content="柳溪农商银行">'
    )
    assert read(printed).title == TITLE


def test_headline_broken_over_two_lines_is_one_title(read: Reader) -> None:
    article = read(stock(f"<p>{FIRST}</p>", heading=TITLE.replace("“", "<br>“", 1)))
    assert (article.title, article.kicker) == (TITLE, None)


@pytest.mark.parametrize("title", ["", "无标题文档", "网站首页"])
def test_short_notice_under_a_heading_needs_no_title_element(read: Reader, title: str) -> None:
    notice = "入冬以来用电负荷增大，请各网点下班前关闭取暖设备，切断电源。"
    article = read(
        f"<title>{title}</title><div><a href=/>首页</a></div><h2>冬季用电提示</h2><p>{notice}</p>"
        "<p>上一篇：<a href=3.html>无</a></p><p>联系电话：0999-123456</p><p>地址：柳溪县中山路8号</p>"
    )
    assert (article.title, body_of(article)) == ("冬季用电提示", [notice])


def test_name_in_the_head_of_the_page_is_no_kicker(read: Reader) -> None:
    page = f"<title>{TITLE}</title><div><div><center>青禾头条.财经</center></div></div><div><h1>{TITLE}</h1><p>{FIRST}</p></div>"
    assert read(page).kicker is None


def test_badges_beside_the_headline_are_none_of_it(read: Reader) -> None:
    article = read(stock(f"<p>{FIRST}</p>", heading=f"<h1><i>原创</i> <span>{TITLE}</span> <b>小店</b></h1>"))
    assert article.title == TITLE


def test_what_an_author_says_of_himself_is_no_kicker(read: Reader) -> None:
    page = (
        f"<title>{TITLE}</title><div><div class=author-info><a href=/u/1>孟小川</a><p>关注乡村金融与信用</p></div>"
        f"<h1>{TITLE}</h1><div>2021-04-02 10:15</div><p>{FIRST}</p></div>"
    )
    assert read(page).kicker is None


def test_sheet_of_a_newspaper_is_no_article(read: Reader) -> None:
    links = "".join(f"<p><a href={n}.html>柳溪农商银行第{n}号公告</a></p>" for n in range(5))
    with pytest.raises(NotAnArticle):
        read(
            f"<title>柳溪日报-第01版：要闻</title><p>2021年04月02日 星期五</p><h2>第01版：要闻</h2>{links}<p>{LAST}</p>"
        )


def test_button_behind_a_sentence_or_a_credit_leaves_the_paragraph(read: Reader) -> None:
    button = '<a href="/">返回首页，查看更多</a>'
    page = plain(f"<p>{FIRST}</p><p>{LAST}{button}</p><p>作者：孟小川{button}</p>")
    assert body_of(read(page)) == [FIRST, LAST, "作者：孟小川"]


def test_body_that_is_called_a_share_box_is_found_behind_the_buttons(read: Reader) -> None:
    side = "".join(f"<li>柳溪农商银行第{n}号公告刊登启事</li>" for n in range(9))
    page = (
        f"<title>{TITLE}</title><h1>{TITLE}</h1><div>2021-04-02 10:15</div><div>分享到：</div><p><b>A+</b><b>A-</b></p>"
        f"<div class='content bshare'><p>{FIRST}</p><p>{SECOND}</p></div><div><h3>热点排行</h3><ul>{side}</ul></div>"
    )
    assert body_of(read(page)) == [FIRST, SECOND]


def test_line_of_a_heading_that_the_title_element_says_is_the_title(read: Reader) -> None:
    heading = f"<h1>群众少跑腿 数据多跑路<br>{TITLE}<br>云坪镇春耕服务调查</h1>"
    article = read(stock(f"<p>{FIRST}</p>", heading=heading))
    assert (article.kicker, article.title, article.subtitle) == (
        "群众少跑腿 数据多跑路",
        TITLE,
        "云坪镇春耕服务调查",
    )


def test_labels_left_empty_below_the_text_are_none_of_it(read: Reader) -> None:
    foot = "<p>供稿：</p><p>摄 影：</p><p>信息来源：</p><p>浏览量：</p>"
    assert body_of(read(plain(f"<p>{FIRST}</p>{foot}"))) == [FIRST]


def test_notice_of_files_alone_is_not_lost_to_the_foot_of_the_page(read: Reader) -> None:
    files = '<p><a href="/d/a.pdf">招聘公告.pdf</a></p><p><a href="/d/b.doc">登记表.doc</a></p>'
    foot = "<div><p>柳溪农商银行股份有限公司，地址：柳溪县中山路8号</p><p>存款受到保护，请放心存入，谨防诈骗。</p></div>"
    article = read(plain(files).replace("</body>", f"{foot}</body>"))
    assert (body_of(article), [block.text for block in article.content if block.kind == "file"]) == (
        [],
        ["招聘公告.pdf", "登记表.doc"],
    )
