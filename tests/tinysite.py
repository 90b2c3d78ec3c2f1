"""A site of a dozen pages that misbehaves in every way a replay has to repeat.

With its second edition a page comes.
"""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

_WORDS = (
    "渡船 账本 码头 乡亲 存款 信用社 春汛 竹排 茶山 稻谷 夜校 柜台 老屋 石桥 雨季 山路 会计 算盘 鱼塘 果园 "
    "集市 灯火 门槛 掌柜 蓑衣 晒场 磨坊 水车 药铺 邮差 学堂 祠堂 戏台 油坊 窑火 桑叶 蚕房 布匹 盐巴 马帮 "
    "渔网 芦苇 沙洲 堤岸 闸口 风车 谷仓 犁铧 耕牛 豆腐"
).split()
_SIDE = '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/news/">渡口新闻</a></li></ul>'


def story(title: str, when: str, *, extra: str = "", pager: str = "") -> str:
    luck = Random(title)  # every story has words of its own, else they were copies of each other
    body = "".join(
        f"<p>{'，'.join(''.join(luck.choices(_WORDS, k=3)) for _ in range(4))}。{title}，写在第{number}天。</p>"
        for number in "一二三四五"
    )
    return (
        f"<html><head><title>{title}</title></head><body>{_SIDE}"
        f'<div class="path">您的位置：<a href="/">首页</a> &gt; <a href="/news/">渡口新闻</a></div>'
        f'<div class="main"><h1>{title}</h1><div class="info">时间：{when}　来源：渡口晚报　作者：江一帆</div>'
        f'<div class="text">{body}{extra}</div>{pager}</div></body></html>'
    )


def listing(*entries: tuple[str, str, str]) -> str:
    rows = "".join(f'<li><a href="{url}">{title}</a><span>{day}</span></li>' for url, title, day in entries)
    return (
        f"<html><head><title>渡口新闻</title></head><body>{_SIDE}"
        f'<div class="path">您的位置：<a href="/">首页</a> &gt; <a href="/news/">渡口新闻</a></div>'
        f'<ul class="list">{rows}</ul></body></html>'
    )


def pages(edition: int) -> dict[str, tuple[int, dict[str, str], str]]:
    """Status, headers and text by path."""
    two = '<div class="page"><a href="/news/3_2.html">2</a> <a href="/news/3_2.html">下一页</a></div>'
    entries = [
        ("/news/1.html", "渡船上的信用社开张了", "2026-02-01"),
        ("/news/2.html", "码头边的第一笔贷款", "2026-02-02"),
        ("/news/3.html", "沿江三十里走访见闻", "2026-02-03"),
        ("/news/4.html", "旧码头改造完工", "2026-02-04"),
        ("/go/5", "搬了家的一篇报道", "2026-02-05"),
        ("/news/6.html", "服务器正忙的一页", "2026-02-06"),
        ("/news/7.html", "说到一半就断了的一页", "2026-02-07"),
        ("/news/8.html", "没有写日子的一页", "2026-02-08"),
    ]
    if edition == 2:
        entries.insert(0, ("/news/9.html", "第二天才发布的消息", "2026-02-09"))
    known = {
        "/": (200, {}, listing(*entries)),
        "/news/": (200, {}, listing(*entries)),
        "/news/1.html": (200, {}, story("渡船上的信用社开张了", "2026-02-01 09:00:00")),
        "/news/2.html": (200, {}, story("码头边的第一笔贷款", "2026-02-02")),
        "/news/3.html": (200, {}, story("沿江三十里走访见闻", "2026-02-03 10:10", pager=two)),
        "/news/3_2.html": (
            200,
            {},
            story("沿江三十里走访见闻", "2026-02-03 10:10", extra="<p>（完）</p>", pager=two),
        ),
        "/go/5": (302, {"Location": "/news/5.html"}, ""),
        "/news/5.html": (200, {}, story("搬了家的一篇报道", "2026-02-05 08:30:00")),
        "/news/6.html": (503, {}, "busy"),
        "/news/7.html": (-1, {}, ""),
        "/news/8.html": (200, {}, story("没有写日子的一页", "3小时前")),
        "/news/9.html": (200, {}, story("第二天才发布的消息", "2026-02-09 07:00:00")),
    }
    return known if edition == 2 else {path: page for path, page in known.items() if path != "/news/9.html"}


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        status, headers, text = pages(self.server.edition).get(self.path, (404, {}, "not here"))
        if status < 0:  # the line breaks
            self.close_connection = True
            return
        body = text.encode("gb18030")
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=gbk", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def serve_tinysite():
    """The server, in its first edition; set its `edition` to 2 for the next."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.edition = 1
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
