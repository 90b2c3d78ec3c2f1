"""Small invented pages in the markup real sites use."""

from collections.abc import Callable
from datetime import UTC, datetime

from pipelines.boilerplate import strip
from pipelines.items import RawArticle

FETCHED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
URL = "http://bank.example/yaowen/2021-04-02/5.html"

FIRST = "柳溪农商银行近日在云坪镇启动“金穗进村”服务月，组织十二支小队走访种植大户，逐户核对春耕资金需求。"
SECOND = "该行行长孟小川介绍，截至三月末，涉农贷款余额达到四十七亿元，比年初增加三亿六千万元。"
LAST = "下一步，该行将把服务点延伸到全部行政村。"
TITLE = "柳溪农商银行“金穗进村”服务月启动"
INFO = "时间：2021-04-02 10:15:00&nbsp;&nbsp;来源：柳溪日报&nbsp;&nbsp;作者：孟小川"

Reader = Callable[..., RawArticle]


def body_of(article: RawArticle) -> list[str]:
    """The lines of the body, as they are stored once the noise is gone."""
    return [block.text for block in strip(article.content) if block.kind == "text"]


def stock(content: str, *, heading: str = f"<h1>{TITLE}</h1>", info: str = INFO) -> str:
    """The template EmpireCMS ships: tables, a comment form, a side column."""
    return f"""<html><head><title>{TITLE} - Powered by EmpireCMS</title></head><body class="showpage news">
<table class="nav"><tr><td><ul><li><a href="/">首页</a></li>
<li><a href="/yaowen/">农商要闻</a></li></ul></td></tr></table>
<table width="100%"><tr valign="top"><td class="main">
<table class="position"><tr><td>您当前的位置：<a href="/">首页</a>&nbsp;>&nbsp;
<a href="/xinwen/">新闻观察</a>&nbsp;>&nbsp;
<a href="/yaowen/">农商要闻</a></td></tr></table>
<table class="box"><tr><td><table class="title_info"><tr><td>{heading}</td></tr>
<tr><td class="info_text">{info}</td></tr></table>
<table><tr><td id="text">{content}<p align="center" class="pageLink"></p></td></tr></table>
<table><tr><td><table class="digg"><tr><td><a href="#">来顶一下</a></td></tr></table></td>
<td><table class="digg"><tr><td><a href="/">返回首页</a></td></tr></table></td></tr></table></td></tr></table>
<form action="/e/pl/doaction.php"><table id="plpost"><tr><td><strong>我要评论</strong></td></tr>
<tr><td><strong>发表评论</strong></td>
<td><a href="/e/pl/?classid=7&id=5">共有<span></span>条评论</a></td></tr>
<tr><td>用户名:<input name="username"></td><td>密码:<input name="password"></td></tr>
<tr><td>验证码:<input name="key"></td><td>匿名发表</td></tr></table>
<input type="hidden" name="id" value="5"><input type="hidden" name="classid" value="7">
<input type="hidden" name="ecmsfrom" value="/yaowen/2021-04-02/5.html"></form></td>
<td class="sider"><table class="title"><tr><td><strong>相关阅读</strong></td></tr></table>
<table class="box"><tr><td><ul>无相关信息</ul></td></tr></table></td></tr></table>
<script src="/e/public/onclick/?enews=donews&classid=7&id=5"></script></body></html>"""


def plain(content: str, *, before: str = "", after: str = "", title: str = TITLE) -> str:
    """A div template whose class names say nothing."""
    return f"""<html><head><title>{title}_柳溪农商银行</title></head><body>
<div><a href="/">首页</a> <a href="/a/">新闻动态</a> <a href="/b/">业务公告</a></div>
<div class="k1"><div class="k2">{title}</div>
<div class="k3"><span>2021-04-02 10:15</span> <span>来源：柳溪日报</span></div>
{before}<div class="k4">{content}</div>{after}</div>
<div>Copyright © 2021 柳溪农商银行 版权所有 地址：柳溪县中山路8号</div></body></html>"""
