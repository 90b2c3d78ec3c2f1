"""The links of a page, and what each of them is: an article, a list, a file, a trap.

An address is a guess: the page behind it decides in the end. What the guess has to get right is that no
article is missed and that no request is spent on pages which cannot be one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

from lxml import etree

from pipelines.urls import Site, canonical_url

Kind = Literal["article", "list", "file", "trap", "offsite"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the page shows it."""

    url: str
    """Absolute and canonical."""

    text: str = ""
    """What it says, white space collapsed."""

    title_attr: str = ""
    """Its title attribute; broken off where a title holds quotes nobody escaped."""


class Verdict(NamedTuple):
    """What a link is taken for."""

    kind: Kind
    reason: str = ""
    """Why it is not followed, by name: `trap:print`, `offsite:port`, `file:pdf`."""

    dynamic: bool = False
    """True where the address is a programme's; a static twin of it is to be preferred."""


def links_of(root: etree._Element, base_url: str) -> list[Link]:
    """Every address the page links to, in page order, each once, the page itself left out."""
    page = canonical_url(base_url)
    links: dict[str, Link] = {}
    for _, link in anchors_of(root, base_url):
        known = links.get(link.url)
        if link.url != page and (known is None or len(known.text) < len(link.text)):
            links[link.url] = link
    return list(links.values())


def anchors_of(root: etree._Element, base_url: str) -> Iterator[tuple[etree._Element, Link]]:
    """Each linking element with its link; what is no address of a page (`mailto:`) is left out."""
    base = base_of(root, base_url)
    for element in root.iter("a", "area", "iframe", "frame"):
        written = element.get("href") or (element.get("src") if "frame" in str(element.tag) else None)
        if written and not written.strip().startswith("#"):
            try:
                url = canonical_url(written, base=base)
            except ValueError:
                continue
            yield element, Link(url, text_of(element), collapse(element.get("title") or ""))


def base_of(root: etree._Element, base_url: str) -> str:
    """What the page's relative addresses are relative to."""
    for element in root.iter("base"):
        try:
            return canonical_url(element.get("href") or "", base=base_url)
        except ValueError:
            break
    return base_url


def text_of(element: etree._Element) -> str:
    """The readable text of an element; scripts and styles have none."""
    return collapse("".join(pieces_of(element)))


def pieces_of(element: etree._Element) -> Iterator[str]:
    """The readable pieces of text of an element, in page order."""
    if not isinstance(element.tag, str) or element.tag in _SILENT:
        return
    yield element.text or ""
    for child in element:
        yield from pieces_of(child)
        yield child.tail or ""


def collapse(text: str) -> str:
    """White space of any kind as one space, none outside."""
    return " ".join(text.split())


def classify(link: Link, site: Site) -> Verdict:
    """What a link of the site most likely leads to."""
    parts = urlsplit(link.url)
    if file_type := _FILE.search(parts.path):
        return Verdict("file", f"file:{file_type[1].lower()}")
    if not site.same_site(link.url):
        return Verdict("offsite", _offsite_reason(parts, site))
    if trap := _trap(parts, link.text):
        return Verdict("offsite", "offsite:jump") if trap == "jump" else Verdict("trap", f"trap:{trap}")
    dynamic = bool(parts.query or _PROGRAMME.search(parts.path) or _REWRITTEN.search(parts.path))
    return Verdict(_shape(parts, dynamic=dynamic), dynamic=dynamic)


_SILENT = {"script", "style", "noscript", "template", "textarea"}

_FILE = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|txt|csv|xml|json|rss|zip|rar|7z|gz|tar|exe|apk|iso"
    r"|jpe?g|png|gif|bmp|webp|svg|ico|tiff?|mp[34]|avi|wmv|flv|swf|mov|rm|rmvb|wav|wma|css|js)$",
    re.IGNORECASE,
)
_PROGRAMME = re.compile(r"\.(php\d?|aspx?|ashx|jsp|do|action|cgi|pl|py)$", re.IGNORECASE)
_STATIC = re.compile(r"\.(s?html?|xhtml)$", re.IGNORECASE)
_REWRITTEN = re.compile(r"/(showinfo|listinfo)(-\d+)+\.s?html?$", re.IGNORECASE)

_SYSTEM = {
    "pl": "comments",
    "doprint": "print",
    "tags": "tags",
    "search": "search",
    "sch": "search",
    "web": "feed",
    "wap": "wap",
    "member": "login",
    "memberconnect": "login",
    "space": "login",
    "doinfo": "login",
    "showkey": "action",
}
"""EmpireCMS keeps its programmes below `/e/`; these are its folders by what they serve, the rest act."""

_SAID = {
    "print": re.compile(r"(我要|点击)?(打印|列印)(本页|本文|此文|此页|文章|预览)?"),
    "comments": re.compile(
        r"(我要|发表|查看|网友|我来|参与)(全部|所有)?(评论|留言|说两句)|(共有?)?\d+条评论"
    ),
    "login": re.compile(r"(会员|用户|请)?(登[录陆]|注册|中心)|找回密码|退出(登录)?|我要投稿|在线投稿"),
    "action": re.compile(
        r"加入收藏|收藏(本站|本页|此文)|设为首页|(推荐|告诉|发送)给?(好友|朋友)|我要(挑错|纠错|举报)"
    ),
    "search": re.compile(r"(高级|站内|全站)?搜索"),
    "feed": re.compile(r"rss(订阅)?|订阅", re.IGNORECASE),
}
"""What a link says when it is no way to an article, the whole of it."""

_STATIC_TRAPS = {
    "print": {"print", "printer", "printpage", "doprint", "dayin"},
    "tags": {"tag", "tags", "tagname", "tagslist", "infotype"},
    "search": {"search", "sousuo"},
    "calendar": {"calendar", "rili"},
    "login": {"login", "logout", "register", "signin", "signup", "passport", "tougao"},
    "feed": {"rss", "rss2", "feed", "atom"},
    "wap": {"wap"},
}
"""Words that make a trap of any address that ends in them."""

_DYNAMIC_TRAPS = {
    "comments": {"comment", "comments", "pinglun", "guestbook", "feedback", "reply", "replytocom"},
    "search": {"so", "s", "q", "wd", "kw", "keyword", "keywords", "keyboard", "searchid"},
    "login": {"member", "user", "reg"},
    "action": {
        "digg",
        "vote",
        "favorite",
        "cart",
        "captcha",
        "share",
        "sendmail",
        "addfav",
        "download",
        "down",
    },
    "filter": {
        "orderby",
        "order",
        "sort",
        "myorder",
        "ph",
        "andor",
        "starttime",
        "endtime",
        "isgood",
        "ttid",
    },
}
"""Words that make one of a programme's address only: a folder `comment` may be a column."""

_LISTINFO_KEYS = {"classid", "page", "mid"}
_DATE_KEYS = {"year", "month", "day", "date", "y", "ym"}
_ARTICLE_KEYS = re.compile(r"(news|info|article|arc|art|content|doc|item|n|a|p)?_?id", re.IGNORECASE)
_ARTICLE_WORDS = {"show", "showinfo", "view", "detail", "details", "read", "article", "content", "info"}
_LIST_WORDS = {
    "index",
    "list",
    "lists",
    "default",
    "channel",
    "category",
    "column",
    "class",
    "more",
    "node",
    "page",
}


def _offsite_reason(parts: SplitResult, site: Site) -> str:
    """A server of its own on the site's host is told from another host."""
    own = {(urlsplit(home).hostname or "").removeprefix("www.") for home in (site.origin, *site.hosts)}
    return "offsite:port" if (parts.hostname or "").removeprefix("www.") in own else "offsite:host"


def _trap(parts: SplitResult, text: str) -> str | None:
    """The name of the trap an address is, by where it leads and what it says."""
    said = next((name for name, words in _SAID.items() if words.fullmatch(text)), None)
    return _system_trap(parts) or _worded_trap(parts) or _calendar_trap(parts, text) or said


def _system_trap(parts: SplitResult) -> str | None:
    match [step.removesuffix(".php") for step in parts.path.lower().strip("/").split("/")]:
        case ["d", folder, *_] if folder != "file":
            return "action"
        case ["e", "public", "jump", *_]:
            return "jump"
        case ["e", "action", "showinfo", *_]:
            return None
        case ["e", "action", "listinfo", *_]:
            return None if _keys(parts) <= _LISTINFO_KEYS else "filter"
        case ["e", folder, *_]:
            return _SYSTEM.get(folder, "action")
    return None


def _worded_trap(parts: SplitResult) -> str | None:
    """A trap by whole words: the last step of a static address, all steps and keys of a dynamic one."""
    steps = parts.path.strip("/").split("/")
    if not (parts.query or _PROGRAMME.search(parts.path)):
        return _named(_STATIC_TRAPS, _words(steps[-1]))
    words = _words(" ".join(steps)) | _keys(parts)
    return _named(_STATIC_TRAPS, words) or _named(_DYNAMIC_TRAPS, words)


def _named(traps: dict[str, set[str]], words: set[str]) -> str | None:
    return next((name for name, trapped in traps.items() if trapped & words), None)


def _calendar_trap(parts: SplitResult, text: str) -> str | None:
    """A day, month or year to leaf through, without end."""
    if _DATE_KEYS & _keys(parts) and not any(_ARTICLE_KEYS.fullmatch(key) for key in _keys(parts)):
        return "calendar"
    leafing = re.fullmatch(r"\d{1,2}日?|[«»<>‹›]+|[上下]个?一?[月年]|\d{4}年(\d{1,2}月)?", text)
    dated = re.search(r"/(19|20)\d{2}([/-]\d{1,2}){1,2}/?$", parts.path)
    return "calendar" if leafing and dated else None


def _shape(parts: SplitResult, *, dynamic: bool) -> Literal["article", "list"]:
    """One story or many, by the address alone."""
    last = parts.path.rstrip("/").rpartition("/")[2]
    words = _words(last)
    if dynamic:
        if "listinfo" in parts.path.lower() or _LIST_WORDS & _values(parts):
            return "list"
        numbered = any(_ARTICLE_KEYS.fullmatch(key) and value for key, value in parse_qsl(parts.query))
        rewritten = _REWRITTEN.search(parts.path) or _STATIC.search(parts.path)
        return "article" if numbered or rewritten or _ARTICLE_WORDS & words else "list"
    if _LIST_WORDS & words or last.endswith("list"):
        return "list"
    if _STATIC.search(last):
        return "article"
    number = re.fullmatch(r"\d+", last) and not re.fullmatch(
        r"(19|20)\d{2}((0[1-9]|1[0-2])([0-3]\d)?)?", last
    )
    return "article" if number else "list"


def _words(step: str) -> set[str]:
    """Whole words of a step of an address; digits and extension part them."""
    return set(re.findall(r"[a-z]+\d?(?![a-z])", _STATIC.sub("", _PROGRAMME.sub("", step.lower()))))


def _keys(parts: SplitResult) -> set[str]:
    return {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}


def _values(parts: SplitResult) -> set[str]:
    return {value.lower() for _, value in parse_qsl(parts.query)}


def class_words(element: etree._Element) -> set[str]:
    """Whole words of an element's class and id, lower case."""
    return set(re.findall(r"[a-z]+", f"{element.get('class') or ''} {element.get('id') or ''}".lower()))


def common_ancestor(elements: list[etree._Element]) -> etree._Element:
    """The smallest element that holds them all; an element holds itself."""
    lines = [[*reversed(list(element.iterancestors())), element] for element in elements]
    shared = [step[0] for step in zip(*lines, strict=False) if all(other is step[0] for other in step)]
    return elements[0] if not shared else shared[-1]
