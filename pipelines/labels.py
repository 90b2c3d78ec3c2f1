"""The words Chinese news pages print before a time, a source or a person, and a line cut at them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.sources import is_medium

Field = Literal[
    "published",
    "modified",
    "source",
    "issuer",
    "author",
    "reporter",
    "correspondent",
    "photographer",
    "editor",
    "author-photographer",
    "affiliation",
    "ignored",
]

_WORDS_OF_FIELD: dict[Field, str] = {
    "published": """
        时间 日期 发布 发布时间 发布日期 发布于 发表 发表时间 发表日期 发表于 发稿时间 发稿日期 录入时间 录入日期
        上传时间 上传日期 创建时间 创建日期 添加时间 添加日期 公布时间 公布日期 公开时间 公开日期 公告时间 公告日期
        刊发时间 刊发日期 刊登时间 刊登日期 刊载时间 刊载日期 登载时间 登载日期 见报时间 见报日期 加入时间 加入日期
        推送时间 推送日期 Time Date
    """,
    "modified": """
        更新 更新时间 更新日期 更新于 编辑于
        最后更新 最后更新时间 最近更新 最近更新时间 修改 修改时间 修改日期 最后修改 最后修改时间
    """,
    "source": """
        来源 来源于 本文来源于 文章来源于 此文来源于 此文章来源于
        信息来源 文章来源 新闻来源 消息来源 稿件来源 内容来源 原文来源 资讯来源 报道来源 本文来源 来源单位 来源媒体
        稿源 出处 文章出处 来自 转自 转载自 摘自 选自 原载 Source
    """,
    "issuer": "发布机构 发布单位 发布部门 发布机关 发文机关 发文单位 发文机构 信息提供",
    "author": """
        作者 本文作者 文章作者 原作者 文 文字 撰文 撰稿 撰稿人 执笔 采写 供稿 供稿人 投稿 投稿人 发布者 评论员
        Author
    """,
    "reporter": "记者 实习生",
    "correspondent": "通讯员 信息员 报道员",
    "photographer": "图 图片 照片 摄 摄影 摄影师 供图",
    "editor": """
        编辑 责编 责任编辑 执行编辑 本期编辑 网络编辑 主编 副主编 执行主编 总编辑 编审 审核 审核人 审稿 审稿人
        审校 审定 审签 监审 签发 签发人 初审 复审 终审 一审 二审 三审 校对 校审 编校 责校 责任校对 Editor
    """,
    "affiliation": "单位 作者单位 供稿单位 来稿单位 投稿单位 报送单位 选送单位",
    "ignored": """
        点击 点击数 点击量 点击次数 阅读 阅读数 阅读量 阅读次数 浏览 浏览数 浏览量 浏览次数 访问量 人气 评论 字体 字号
        录入 推荐人 分类 栏目 标签 关键词
    """,
}
_BY_ONE = {
    *("图文", "文图", "文并图", "文并摄"),
    *(
        mark.join(both)
        for text in ("文", "文字", "撰文")
        for picture in ("图", "图片", "摄", "摄影")
        for both in ((text, picture), (picture, text))
        for mark in "/、"
    ),
}
"""Labels of those who wrote the text and took the pictures."""

_SIMPLIFIED: dict[str, Field] = {
    **{word: field for field, words in _WORDS_OF_FIELD.items() for word in words.split()},
    **dict.fromkeys(_BY_ONE, "author-photographer"),
}
_TRADITIONAL = [
    str.maketrans("发布时间来记责编辑审摄图员讯击阅读单于", f"發{spread}時間來記責編輯審攝圖員訊擊閱讀單於")
    for spread in "布佈"
]
LABELS: dict[str, Field] = {
    label.translate(script): field for script in ({}, *_TRADITIONAL) for label, field in _SIMPLIFIED.items()
}

PEOPLE: frozenset[Field] = frozenset(
    {"author", "reporter", "correspondent", "photographer", "editor", "author-photographer", "affiliation"}
)

AFTER_NAMES = frozenset({"文", "图", "摄", "摄影", "供稿", "撰文", "供图"} | _BY_ONE)
"""Labels that may also stand behind the names they speak of: `孙八/文 周大山/图`."""


@dataclass(slots=True)
class Piece:
    """A stretch of a line and the label that governs it.

    Neither frozen nor a named tuple: several are made for every line, and the one takes
    five times as long, the other half as long again. Only `_add` moves an end.
    """

    label: str | None
    """As printed, spaces inside it left out; None where no label governs the stretch."""

    field: Field | None
    start: int
    end: int
    bare: bool = False
    """Whether the label stands without a colon, bar or slash behind it."""

    outlet: str | None = None
    """The outlet printed before the label: `沂川日报记者 周大山`."""


TIME = "\x00"
"""What a time is made of in a line to be cut: no word, no gap and no colon."""

_HAN = "\u4e00-\u9fff"
_EDGE = rf"(?<![{_HAN}A-Za-z])"
_COUNTED = "阅读|浏览|点击|评论|人气|访问|跟帖|围观|参与|点赞|收藏|转发"
_COMMON_WORDS = ("图片", "照片", "文字")
"""Labels that are words of every day: they need more than a gap behind them."""

_SPACED = (
    *(label for label in _SIMPLIFIED if LABELS[label] in PEOPLE and label not in _COMMON_WORDS),
    "时间",
    "日期",
    "发布时间",
    "发布日期",
    "更新时间",
    "稿源",
)


def _any_of(labels: Iterable[str]) -> str:
    return "|".join(sorted(labels, key=len, reverse=True))


_RUN = re.compile(rf"([{_HAN}/](?:[{_HAN}/ ]*[{_HAN}/])?) *(?:\([^()\x00]{{0,6}}\) *)?$")
_GLUED = "来源于|来源|作者|实习生|发布于|发表于|更新于|责任编辑|责编"
_STAFF_WORDS = (
    rf"(?P<outlet>[{_HAN}]{{2,12}}?(?:报|网|社|台|新闻|客户端|银行|农商行|联社))?"
    "(?P<staff>(?:本[报网刊社台站]|特约|特派|首席|实习|见习|资深|高级|驻站|全媒体|融媒体|摄影|图片|视频|文字)*"
    "(?:记者|通讯员|信息员|报道员|评论员))"
)
_STAFF = re.compile(_STAFF_WORDS)
_SOURCE_WORDS = ("来源", "来源于")
_STARTS = r"\d通本已被共总" + "".join(word[0] for word in _COUNTED.split("|"))
"""What a mark made of words may start with elsewhere than at the edge of a word."""

_INSIDE = re.compile(
    rf"""
      (?P<pause>\n)
    | (?P<stop>[|]|(?<!\S)[•·](?!\S))
    | (?=[{_STARTS}]|{_EDGE}[{_HAN}A-Za-z])(?:
      (?P<counter>(?:本页面?|本文|已|被|共|总){{0,4}}(?:{_COUNTED})[数量次]{{0,2}}\ ?\(?\d+\)?\ ?[次人条]?(?!\d))
    | (?P<counted>(?<!\d)\d+\ ?[次人条个]{{0,2}}已?(?:{_COUNTED}))
    | {_EDGE}(?=[{_HAN}]*[者员]){_STAFF_WORDS}(?![站团部系协节是的])
    | (?P<glued>通讯员|{_EDGE}(?:{_GLUED}))(?![地国系单为是的])
    | {_EDGE}(?<![^{_HAN}][{_HAN}]\ )(?<!^[{_HAN}]\ )(?P<spaced>(?:{_any_of(_SPACED)})(?=[ /|)\]】]|$)
                                                          |(?:{_any_of(_COMMON_WORDS)})(?=[/|]))
    )
    """,
    re.VERBOSE,
)
_SIGNS = "\n|•·者员阅浏击论气访跟围参赞藏转"
_FIRST_OF_MARKS = "".join({label[0] for label in (*_SPACED, *_COMMON_WORDS, *_GLUED.split("|"))} - {*_SIGNS})
_SIGN_INSIDE = re.compile(rf"[{_SIGNS}{_FIRST_OF_MARKS}](?<![{_HAN}A-Za-z][{_FIRST_OF_MARKS}])")
"""What the marks of `_INSIDE` hold, each mark at least one of them; most values hold none.

What may not stand before a sign is asked last, for a search that starts with a set of characters is a fast one.
"""

_AS_GOOD_AS_A_COLON = ("|", "/")
_LONGEST_RUN = 60
"""How far back from a colon a label is looked for: any line is read in time linear in its length."""

_EDITORS = ("编辑", "责编", "审核", "校对")
"""What an unknown word before a colon ends in where it is an editor's: 美术编辑, 值班责编."""

_TORN = frozenset(
    f"{label[at - 1]} {label[at:]}" for label in LABELS for at in range(1, len(label)) if label[at:] in LABELS
)
"""`布 时间`: a label and the character before it where they may be a longer label printed with a gap."""

_NO_LABEL: tuple[str | None, Field | None, str | None] = (None, None, None)
"""In place of label, field and outlet."""

_LONGEST_LABEL = max(map(len, LABELS))
_SHORTEST_UNKNOWN, _LONGEST_UNKNOWN = 2, 8


def blanked(folded: str, start: int, end: int) -> str:
    """The line with the time between two places made unreadable: what stands behind it begins a word."""
    return f"{folded[:start]}{TIME * (end - start)}{folded[end:]}"


def cut(folded: str, start: int = 0, end: int | None = None) -> list[Piece]:
    """A stretch of a folded line cut at the labels it holds; blank pieces without a label are left out.

    A known label counts before a colon wherever it stands, and at the edge of a word
    also without one. An unknown word before a colon ends the piece before it, so
    that a value never runs on into a field we have no name for.

    Args:
        folded: the line, its times blanked.
        start: where the stretch starts; its first label may not reach back behind it.
        end: where it ends; the end of the line if left out.
    """
    end = len(folded) if end is None else end
    pieces: list[Piece] = []
    if start == end:
        return pieces
    label, field, outlet = _NO_LABEL
    colon = start - 1
    for part in folded[start:end].replace("\n", " ").split(":")[:-1]:
        colon += len(part) + 1
        word = part.rpartition(" ")[2]
        at = colon - len(word)
        torn = at > start + 1 and folded[at - 2 : colon] in _TORN
        known = None if torn else LABELS.get(word)  # as nearly every label stands
        found = (
            (at, word, known, None)
            if known
            else _label_before(folded, start, colon, behind_label=label is not None)
        )
        if found:
            at = found[0]
            if label or folded[start:at].strip():
                _add(Piece(label, field, start, at, False, outlet), folded, pieces)
            _, label, field, outlet = found
            start = colon + 1
    if label or folded[start:end].strip():
        _add(Piece(label, field, start, end, False, outlet), folded, pieces)
    return pieces


_Label = tuple[int, str, Field, str | None]
"""Where a label starts, its text, its field and the outlet printed before it."""


def _label_before(folded: str, start: int, colon: int, *, behind_label: bool) -> _Label | None:
    """The label that ends at a colon."""
    before = folded[start:colon].rstrip()
    line = before.rpartition("\n")[2]
    rest, _, word = line.rpartition(" ")
    if word in LABELS and not (rest[-1:].isalpha() and rest.rpartition(" ")[2] + word in LABELS):
        return start + len(before) - len(word), word, LABELS[word], None
    run = _RUN.search(before, max(0, len(before) - _LONGEST_RUN))
    glued = behind_label and run is not None and "\n" not in before and not before[: run.start()].strip()
    return _label_in(run[1], start + run.start(), glued=glued) if run else None


def _label_in(printed: str, at: int, *, glued: bool) -> _Label | None:
    """The label at the end of a run of characters.

    Args:
        printed: the run, `青禾农信报 作 者`.
        at: where it starts in the line.
        glued: whether it starts right behind another label's colon, so that its first word is a value.
    """
    word_start = printed.rfind(" ") + 1
    word, value = printed[word_start:], glued and word_start == 0
    for start, label in _tails(printed):
        if label in LABELS:
            if start == 0 or value or printed[start - 1] in " /":
                return at + start, label, LABELS[label], None
            break
    if staff := _STAFF.fullmatch(word):
        return at + word_start, staff["staff"], _field_of(staff["staff"]), staff["outlet"]
    if not value and word.endswith(_EDITORS):
        return at + word_start, word, "editor", None
    unknown = not value and _SHORTEST_UNKNOWN <= len(word) <= _LONGEST_UNKNOWN
    return (at + word_start, word, "ignored", None) if unknown else None


def _tails(printed: str) -> Iterator[tuple[int, str]]:
    """The ends of a text that may be labels, longest first, spaces left out, with the place each starts."""
    joined = printed.replace(" ", "")[-_LONGEST_LABEL:]
    places = [place for place, character in enumerate(printed) if character != " "][-_LONGEST_LABEL:]
    return ((place, joined[skipped:]) for skipped, place in enumerate(places))


def _add(piece: Piece, folded: str, pieces: list[Piece]) -> None:
    """Add a stretch, cut at marks that need no colon: bars, `记者 王五`, `857次阅读`."""
    end = piece.end
    if not _SIGN_INSIDE.search(folded, piece.start, end):
        pieces.append(piece)
        return
    of_people = piece.field in PEOPLE and not piece.bare
    roles_lead = False
    for mark in _INSIDE.finditer(folded, piece.start, end):
        if (piece.label and _belongs_to_value(folded, piece, mark)) or _begins_outlet(folded, mark):
            continue
        if piece.label or folded[piece.start : mark.start()].strip():
            piece.end = mark.start()
            pieces.append(piece)
        printed = mark["staff"] or mark["glued"] or mark["spaced"]
        field = _field_of(printed) if printed else None
        following = folded[mark.end() : mark.end() + 1]
        # Behind `作者：` a role and a space say as much as a colon (`作者：通讯员 牧歌`); a role that may
        # also stand behind its names does so only after one that does not (`通讯员 牧歌 图 云舒`).
        roles_lead = of_people and following == " " and (roles_lead or printed not in AFTER_NAMES)
        bare = following not in _AS_GOOD_AS_A_COLON and not roles_lead
        piece = Piece(printed, field, mark.end(), end, bare, mark["outlet"])
    if piece.label or folded[piece.start : end].strip():
        pieces.append(piece)


def _belongs_to_value(folded: str, piece: Piece, mark: re.Match[str]) -> bool:
    """A line break or bar between a label and its value, and `来源：来源于…`, cut nothing."""
    if folded[piece.start : mark.start()].strip():
        return False
    bar = mark[0] == "|" and mark.start() == piece.start and folded[piece.start - 1] != ":"
    return bar or mark.lastgroup == "pause" or (piece.field == "source" and mark["glued"] in _SOURCE_WORDS)


def _begins_outlet(folded: str, mark: re.Match[str]) -> bool:
    """`记者之家网` is an outlet and no reporter."""
    return mark["staff"] is not None and is_medium(
        folded[mark.start() : mark.end() + _LONGEST_RUN].split(maxsplit=1)[0]
    )


def _field_of(printed: str) -> Field:
    if printed.endswith(("摄影记者", "图片记者")):
        return "photographer"
    return LABELS.get(printed) or LABELS[printed[-3:] if printed.endswith("员") else printed[-2:]]
