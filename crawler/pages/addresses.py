"""What an address is by its shape alone: a file, a trap, one story or many.

The shapes are those of EmpireCMS, whose programmes all lie below `/e/`, and what is common to other systems.
Words are compared whole, never as substrings: `feed` must not be found in the middle of a digest.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, parse_qsl, urlsplit

_FILE = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|wps|et|ofd|rtf|txt|csv|xml|json|rss|zip|rar|7z|gz|tar|exe|apk|iso"
    r"|jpe?g|png|gif|bmp|webp|svg|ico|tiff?|mp[34]|avi|wmv|flv|swf|mov|rm|rmvb|wav|wma|css|js)$",
    re.IGNORECASE,
)
_PROGRAMME = re.compile(r"\.(php\d?|aspx?|ashx|jspx?|do|action|cgi|pl|py)$", re.IGNORECASE)
_STATIC = re.compile(r"\.[a-z]?html?$", re.IGNORECASE)
_REWRITTEN = re.compile(r"/((show|list)info|infotype)(-\d+)+\.s?html?$", re.IGNORECASE)
_NUMBERED_PAGE = re.compile(r"/\d+(_\d+)?\.s?html?$", re.IGNORECASE)
_ONE_PAGE = re.compile(r"\d/page\.s?html?$", re.IGNORECASE)
"""`/2024/1203/c21a377/page.htm`: a folder for each story."""

_DATE = re.compile(r"(19|20)\d{2}((0[1-9]|1[0-2])([0-3]\d)?)?")

_PROGRAMMES = {
    "pl": "comments",
    "doprint": "print",
    "tags": "tags",
    "search": "search",
    "sch": "search",
    "web": "feed",
    "wap": "wap",
    "member": "login",
    "memberconnect": "login",
    "doinfo": "login",
}
"""The folders of EmpireCMS by what they serve; the others are actions, and asking for one does something."""


def _vocabulary(**words: str) -> re.Pattern[str]:
    """One pattern for all traps, each a group of its own: nearly every address is in none of them."""
    return re.compile("|".join(f"(?P<{name}>{trapped})" for name, trapped in words.items()))


_STATIC_TRAPS = _vocabulary(
    print=r"(do)?print(er|page)?|dayin",
    tags=r"tags?|tagname|tagslist|infotype",
    search=r"search",
    calendar=r"calendar",
    login=r"log(in|out)|register|signin|signup|passport|tougao",
    feed=r"rss|feed|atom",
    wap=r"wap",
)
"""Words that make a trap of any address whose last step has one."""

_DYNAMIC_TRAPS = _vocabulary(
    comments=r"comments?|pinglun|guestbook|feedback|reply|replytocom",
    search=r"so|q|wd|kw|keywords?|keyboard|searchid",
    login=r"member|user|reg",
    action=r"digg|cart|captcha|share|sendmail|addfav|down(load)?",
    filter=r"orderby|ph|andor|(start|end)time|isgood|ttid",
)
"""Words that make a trap of a programme's address only: a folder `comment` may well be a column."""

_SAID = _vocabulary(
    print=r"(我要|点击)?(打印|列印)(本页|本文|此文|此页|文章|预览)?",
    comments=r"(我要|发表|查看|网友|我来|参与)(全部|所有)?(评论|留言|说两句)|(共有?)?\d+条评论",
    login=r"(会员|用户|请)?(登[录陆]|注册|中心)|找回密码|退出(登录)?|我要投稿|在线投稿",
    action=r"(加入|我要)?收藏(本站|本页|此文)?|(我要|参加)?投票|(查看)?投票结果|设为首页|(推荐|告诉|发送)给?(好友|朋友)|我要[挑纠]错",
    search=r"(高级|站内|全站)?搜索",
    feed=r"(?i:rss(订阅)?)|订阅",
)
"""What a link says, the whole of it, when it is no way to an article."""

_LIST_INFO_KEYS = {"classid", "page", "mid"}
_DATE_KEYS = {"year", "month", "day", "date", "y", "ym"}
_SORTED = re.compile(r"asc|desc|hot|views|clicks|onclick|newstime")
"""Values that only turn a list over: what it holds stands on the list as well."""

_LEAFING = re.compile(r"\d{1,2}[日月]?|[«»<>‹›]+|[上下]个?一?[月年]|\d{4}年(\d{1,2}月)?")
_DATED_FOLDER = re.compile(r"/(19|20)\d{2}([/-]\d{1,2}){1,2}/?$")
_ARTICLE_KEY = re.compile(r"(news|info|article|arc|art|content|doc|item|n|a|p)?_?id", re.IGNORECASE)
_ARTICLE_WORD = re.compile(r"show(info)?|view|details?|article|content|info")
_LIST_WORD = re.compile(
    r"index|default|more|[a-z]*lists?|list[a-z]+|channel|cat[a-z]*|col[a-z]*|class|node|page"
)
_LIST_VALUE = re.compile(r"[a-z]*lists?|channel|cat[a-z]*|col[a-z]*")
_ARTICLE_VALUE = re.compile(r"show|view|details?")
_LOOP = 3
_LONG = 400


class Address(NamedTuple):
    """What an address tells, whatever the link to it says."""

    kind: Literal["article", "list"]
    """One story or many."""

    file: str | None
    """The extension of a file that is no page."""

    trap: str | None
    """The name of the trap it is by its words."""

    dynamic: bool
    """True where a programme answers, under its own name or a rewritten one."""

    dated: bool
    """True of a folder for each month or day, which may be a sheet of a calendar."""

    loops: bool
    """True of an address that has grown with every step."""


@lru_cache(maxsize=8192)
def told_by(url: str) -> Address:
    """What an address tells; the pages of a site repeat each other's links, so the latest answers are kept."""
    parts = urlsplit(url)
    file = _FILE.search(parts.path)
    return Address(
        kind=_kind(parts),
        file=file[1].lower() if file else None,
        trap=_trap(parts),
        dynamic=_is_dynamic(parts),
        dated=_DATED_FOLDER.search(parts.path) is not None,
        loops=_loops(parts.path),
    )


def trap(address: Address, text: str) -> str | None:
    """The name of the trap an address is, by where it leads and what the link to it says."""
    if address.trap:
        return address.trap
    if address.dated and _LEAFING.fullmatch(text):
        return "calendar"
    said = None if address.loops else _SAID.fullmatch(text)
    return "loop" if address.loops else said and said.lastgroup


def _is_dynamic(parts: SplitResult) -> bool:
    return bool(parts.query or _PROGRAMME.search(parts.path) or _REWRITTEN.search(parts.path))


def _kind(parts: SplitResult) -> Literal["article", "list"]:
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if _is_dynamic(parts):
        return _dynamic_kind(parts, last)
    if _ONE_PAGE.search(parts.path):
        return "article"
    if any(map(_LIST_WORD.fullmatch, _words(last))) or (last.isdecimal() and folder.endswith("/page")):
        return "list"
    numbered = last.isdecimal() and not _DATE.fullmatch(last)  # the article 66 may be the folder 66/
    return "article" if numbered or _STATIC.search(last) else "list"


def _dynamic_kind(parts: SplitResult, last: str) -> Literal["article", "list"]:
    """By the names of programme and keys, and by routes given as a value: `?a=show`, `?s=/show/id/12`."""
    query = parse_qsl(parts.query)
    words = _words(last)
    routed = {word for _, value in query for word in _words(value)}
    if any(word.startswith("list") for word in words) or any(map(_LIST_VALUE.fullmatch, routed)):
        return "list"
    if not query and re.search(r"\d", last):  # members-only stories are static names ending in .php
        return "list" if any(map(_LIST_WORD.fullmatch, words)) else "article"
    numbered = any(_ARTICLE_KEY.fullmatch(key) for key, _ in query)
    told = any(map(_ARTICLE_WORD.fullmatch, words)) or any(map(_ARTICLE_VALUE.fullmatch, routed))
    return "article" if numbered or told or _STATIC.search(last) else "list"


def _trap(parts: SplitResult) -> str | None:
    own_column = _NUMBERED_PAGE.search(parts.path)  # that happens to be called `e`
    system = None if own_column else _system_trap(parts)
    return system or _worded_trap(parts) or _calendar(parts)


def _system_trap(parts: SplitResult) -> str | None:
    """By the folders of EmpireCMS."""
    match [step.removesuffix(".php") for step in parts.path.lower().strip("/").split("/")]:
        case ["e", "action", "showinfo", *_]:
            return None
        case ["e", "action", programme, *_] if programme.startswith("list"):
            return None if _keys(parts) <= _LIST_INFO_KEYS else "filter"
        case ["e", "public", "jump", *_]:
            return "jump"
        case ["e", folder, *_]:
            return _PROGRAMMES.get(folder, "action")
        case ["d", "js", *_]:
            return "action"
        case _:
            return None


def _worded_trap(parts: SplitResult) -> str | None:
    """By whole words: of the last step of a static address, of all steps and keys of a dynamic one."""
    steps = parts.path.strip("/").split("/")
    if not (parts.query or _PROGRAMME.search(parts.path)):
        return _named(_STATIC_TRAPS, _words(steps[-1]))
    if steps == [""] and "s" in _keys(parts):
        return "search"  # WordPress; elsewhere `s` is a route
    words = _words("/".join(steps)) | _keys(parts)
    return _named(_STATIC_TRAPS, words) or _named(_DYNAMIC_TRAPS, words) or _sorted(parts)


def _sorted(parts: SplitResult) -> str | None:
    """By a value that sorts a list; an address with the number of a story is the story, wherever the link stood."""
    query = parse_qsl(parts.query.lower())
    if any(_ARTICLE_KEY.fullmatch(key) for key, _ in query):
        return None
    return "filter" if any(_SORTED.fullmatch(value) for _, value in query) else None


def _calendar(parts: SplitResult) -> str | None:
    """Days to leaf through."""
    keys = _keys(parts)
    return "calendar" if keys & _DATE_KEYS and not any(map(_ARTICLE_KEY.fullmatch, keys)) else None


def _loops(path: str) -> bool:
    folders = [step for step in path.split("/") if step and not step.isdecimal()]
    return len(path) > _LONG or max(map(folders.count, folders), default=0) >= _LOOP


def _named(traps: re.Pattern[str], words: set[str]) -> str | None:
    found = {match.lastgroup for word in words if (match := traps.fullmatch(word))}
    return next((name for name in traps.groupindex if name in found), None) if found else None


def _words(path: str) -> set[str]:
    """Whole words of a path, without extension and trailing number."""
    tokens = re.split(r"[^a-z0-9]+", _STATIC.sub("", _PROGRAMME.sub("", path.lower())))
    return {word for token in tokens if (word := token.rstrip("0123456789")).isalpha()}


def _keys(parts: SplitResult) -> set[str]:
    if not parts.query:
        return set()
    return {key.lower() for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
