"""Which outlet a page credits: the printed words, and the one name they stand for."""

import re
import tomllib
from functools import lru_cache
from importlib import resources

from pipelines.folding import fold

_RULES: dict[str, list[str]] = tomllib.loads(
    resources.files("pipelines").joinpath("sources.toml").read_text("utf-8")
)

_PREFIX = re.compile(f"^(?:{'|'.join(map(re.escape, _RULES['prefixes']))})[ :：]*(?=.)")
_SUFFIX = re.compile(rf"(?<=..)[ -]*(?:{'|'.join(map(re.escape, _RULES['suffixes']))})$")
_REMARK = re.compile(rf" *[\[(（【](?:{'|'.join(map(re.escape, _RULES['remarks']))})[\])）】]$")
_TITLE_MARKS = re.compile(r"[《》]")
_TEMPLATE_TAG = re.compile(r"\[!--.*?--\]|<!--.*?-->")
_ITSELF, _NOBODY = frozenset(_RULES["itself"]), frozenset(_RULES["nobody"])
_CONTROLS, _OUTLETS, _NEVER = (frozenset(_RULES[name]) for name in ("controls", "outlets", "never"))
_WRAPPERS = [(pair[0], pair[1]) for pair in _RULES["wrappers"]]
_CONTROL_OPENINGS, _TAILS, _BODIES = (tuple(_RULES[name]) for name in ("control_openings", "tails", "bodies"))
_BETWEEN = re.compile(r"[\s/、，,|]+")
_LONGEST = 60
"""A longer text is no name: it is kept as printed, and no rule is tried on it."""

_LONGEST_UNLABELLED = 16
_SHORTEST_REMARKED = 4
"""`田垄星空[整理]` is an outlet, `周大山（整理）` may be a person."""

_SHORT = 6
_ENDS = _TAILS + _BODIES
OUTLET_TAILS = (*_ENDS, *_OUTLETS)
"""What a word ends in that is the name of an outlet."""


@lru_cache(maxsize=4096)
def canonical_source(raw: str | None, *, site_name: str | None) -> str | None:
    """The one name an outlet is filed under, by the rules of `sources.toml`.

    Args:
        raw: as printed: `《青禾农信报》`, `转自沂川日报网站`, `本网`.
        site_name: the name of the site itself, which 本网 and 本站 stand for.

    Returns:
        None where the words name no outlet: 网络, 未知, nothing at all.
    """
    name = _trim(raw or "")
    if len(name) > _LONGEST:
        return name
    if name in _ITSELF:
        return site_name
    name = _without_affixes(name)
    if name in _ITSELF:
        return site_name
    nobody = not name or name in _NOBODY or _NOBODY.issuperset(_BETWEEN.split(name))
    return None if nobody else name


def printed_source(raw: str | None) -> str | None:
    """The words as printed, without 《》 and remarks such as [整理]; None where they name nobody."""
    printed = " ".join((raw or "").split())
    name = _REMARK.sub("", _trim(_TITLE_MARKS.sub("", printed) if printed.endswith("》") else printed))
    return None if not name or fold(name) in _NOBODY else name


def source_words(value: str) -> list[str]:
    """The words behind a source label that may belong to the outlet: controls and template tags left out."""
    if len(value) > _LONGEST:
        return []
    return [word for word in _TEMPLATE_TAG.sub(" ", value).split() if not is_control(word)]


@lru_cache(maxsize=4096)
def is_outlet(word: str) -> bool:
    """Whether a word without any label is surely the name of an outlet."""
    if len(word) > _LONGEST:
        return False
    folded = fold(word)
    name = _REMARK.sub("", folded)
    if name in _OUTLETS or (name != folded and len(name) >= _SHORTEST_REMARKED):
        return True
    return name.endswith(_ENDS) and name not in _NEVER and len(name) <= _LONGEST_UNLABELLED


def is_medium(word: str) -> bool:
    """Whether a word ends like the name of a paper, a site or a station."""
    return word.endswith(_TAILS)


def is_control(word: str) -> bool:
    """Whether a word belongs to the page's own controls: 打印, 收藏, 查看评论, 扫一扫在手机打开."""
    folded = fold(word)
    return folded in _CONTROLS or folded.startswith(_CONTROL_OPENINGS)


def is_plain_source(words: str) -> bool:
    """Whether words may stand alone behind a source label without being a title (`来源：谁在为乡村供血`)."""
    name = _without_affixes(_trim(words))
    return len(name) <= _SHORT or is_outlet(name)


def _trim(raw: str) -> str:
    name = raw.strip()
    for opening, closing in _WRAPPERS:
        if fold(name[:1]) == opening and fold(name[-1:]) == closing and opening not in name[1:]:
            name = name[1:-1].strip()
    return name


def _without_affixes(name: str) -> str:
    before = None
    while name != before:
        before = name
        name = _trim(_REMARK.sub("", _SUFFIX.sub("", _PREFIX.sub("", name))))
    return name
