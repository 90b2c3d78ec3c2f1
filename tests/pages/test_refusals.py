"""What is no article is refused by name, and never comes out as one."""

import pytest
from invented import FIRST, TITLE, Reader, plain, stock

from crawler.pages.document import MAX_BYTES
from pipelines.refusals import NeedsJavascript, NoBody, NotAnArticle, SoftNotFound, TooLarge, Undecodable

LOST = "\ufffd"
ENTRIES = "".join(
    f'<li><a href="/yaowen/{n}.html">柳溪农商银行第{n}号公告内容</a> <span>2021-04-{n}</span></li>'
    for n in range(10, 30)
)
MENU = '<div class="nav"><a href="/">首页</a> <a href="/yaowen/">农商要闻</a> <a href="/x/">联系</a></div>'


def page(title: str, inner: str) -> str:
    return f"<html><head><title>{title}</title></head><body>{MENU}{inner}</body></html>"


def test_list_is_not_an_article(read: Reader) -> None:
    trail = '<div>您当前的位置：<a href="/">首页</a> > <a href="/yaowen/">农商要闻</a></div>'
    with pytest.raises(NotAnArticle):
        read(page("农商要闻 - 柳溪农商银行", f"{trail}<h2>农商要闻</h2><ul>{ENTRIES}</ul>"))


def test_list_with_summaries_is_not_an_article(read: Reader) -> None:
    cards = "".join(
        f'<h3><a href="/{n}.html">第{n}号公告</a></h3><p>{FIRST}</p><p>2021-04-{n}</p>' for n in range(10, 16)
    )
    with pytest.raises(NotAnArticle):
        read(page("农商要闻 - 柳溪农商银行", f"<h1>农商要闻</h1>{cards}"))


def test_search_form_is_not_an_article(read: Reader) -> None:
    form = (
        "<form><table><tr><td>关键字：<input></td></tr><tr><td>时间(0000-00-00不限)</td></tr></table></form>"
    )
    with pytest.raises(NotAnArticle):
        read(page("高级搜索", f"<h1>高级搜索</h1>{form}"))


def test_empty_article_has_no_body_and_its_comment_form_is_none(read: Reader) -> None:
    with pytest.raises(NoBody):
        read(stock(""))


@pytest.mark.parametrize(
    "markup",
    [
        "<html><head><title>信息提示</title></head><body><div>此信息不存在</div></body></html>",
        "<html><head><title>柳溪农商银行</title></head><body><p>您访问的页面已删除</p></body></html>",
        "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>",
    ],
)
def test_error_served_as_a_page_is_soft_404(read: Reader, markup: str) -> None:
    with pytest.raises(SoftNotFound):
        read(markup)


def test_article_about_a_deleted_page_is_none_of_these(read: Reader) -> None:
    assert read(plain(f"<p>{FIRST}</p><p>客户反映访问的页面不存在，该行当日修复。</p>")).title == TITLE


@pytest.mark.parametrize(
    "markup",
    ["", "<!-- nothing -->", '<html><body><div id="app"></div><script src="/app.js"></script></body></html>'],
)
def test_shell_without_text_needs_javascript(read: Reader, markup: str) -> None:
    with pytest.raises(NeedsJavascript):
        read(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 50_000 + FIRST,
        "<b>" * 50_000 + FIRST,
        "<p>" * 300_000,
        "<p " + " ".join(f"a{n}=1" for n in range(3_000)) + f">{FIRST}</p>",
        "x" * (MAX_BYTES + 1),
    ],
    ids=["deep boxes", "deep inline", "many tags", "many attributes", "many bytes"],
)
def test_markup_no_person_made_is_too_large(read: Reader, markup: str) -> None:
    with pytest.raises(TooLarge):
        read(markup)


def test_five_megabytes_of_text_are_read(read: Reader) -> None:
    article = read(plain(f"<p>{FIRST}</p>" + f"<p>{FIRST * 100}</p>" * 330))
    assert sum(len(block.text) for block in article.content) > 1_500_000


def test_long_attribute_costs_nothing(read: Reader) -> None:
    picture = f'<img src="data:image/png;base64,{"A" * 7_000_000}">'
    assert read(plain(f"<p>{FIRST}</p>{picture}")).title == TITLE


def test_broken_characters_are_never_stored(read: Reader) -> None:
    whole = plain(f"<p>{FIRST}</p>" * 60).encode("gb18030")
    with pytest.raises(Undecodable):
        read(whole.replace("云坪".encode("gbk"), b"\xff\xff", 1))


def test_article_with_many_characters_the_site_lost_is_refused(read: Reader) -> None:
    with pytest.raises(Undecodable):
        read(plain(f"<p>{FIRST.replace('行', LOST)}</p>"))


def test_characters_lost_beside_the_article_spoil_nothing(read: Reader) -> None:
    teasers = "".join(f'<li><a href="/{n}.html">公告摘要截断{LOST}</a></li>' for n in range(30))
    article = read(plain(f"<p>{FIRST}</p>").replace("</body>", f"<ul>{teasers}</ul></body>"))
    assert (article.title, article.content[0].text) == (TITLE, FIRST)
