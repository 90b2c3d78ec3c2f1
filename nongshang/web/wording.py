"""The words of the page, in Chinese and in English."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]

_WORDS: Mapping[str, tuple[str, str]] = {
    "archive": ("农商行新闻档案", "Rural-bank news archive"),
    "articles": ("篇文章", "articles"),
    "ask": ('检索：工会、"农商银行"、A OR B、NOT C', 'Search: 工会, "农商银行", A OR B, NOT C'),
    "search": ("检索", "Search"),
    "months": ("每月文章数", "Articles a month"),
    "sections": ("栏目", "Sections"),
    "sources": ("来源", "Sources"),
    "people": ("作者", "Contributors"),
    "years": ("年份", "Years"),
    "runs": ("最近的抓取", "Last runs"),
    "verdict": ("结论", "Verdict"),
    "finding": ("发现", "Finding"),
    "started": ("开始", "Started"),
    "section": ("栏目", "Section"),
    "source": ("来源", "Source"),
    "person": ("作者", "Person"),
    "since": ("从", "From"),
    "until": ("到", "To"),
    "newest": ("最新在前", "Newest first"),
    "relevance": ("按相关度", "By relevance"),
    "none": ("没有符合的文章", "No article answers that"),
    "older": ("下一页", "Next page"),
    "newer": ("上一页", "Previous page"),
    "copies": ("所在网址", "Where it stands"),
    "revisions": ("修订版本", "Revisions"),
    "diff": ("与上一版对照", "Compare with the one before"),
    "compare": ("与正文对照", "Compare with the text above"),
    "canonical": ("正文网址", "this text"),
    "same": ("相同", "same text"),
    "near": ("近似", "nearly the same"),
    "site": ("来自网站", "from the site"),
    "rule": ("规则重读", "read anew"),
    "healthy": ("正常", "healthy"),
    "amber": ("留意", "amber"),
    "red": ("异常", "red"),
    "failed": ("失败", "failed"),
    "first_day": ("最早", "First day"),
    "last_day": ("最新", "Last day"),
    "hint": (
        "换一个更短的词，或去掉日期、栏目等条件",
        "Try a shorter word, or leave out dates and sections",
    ),
    "provenance": ("字段出处", "Where each field comes from"),
    "field": ("字段", "Field"),
    "by_rule": ("规则", "Rule"),
    "printed": ("网页原文", "As printed"),
    "attachments": ("附件", "Attachments"),
    "citation": ("引用", "Citation"),
    "no_date": ("无日期", "No date"),
    "gone": ("已下线", "gone"),
    "sql": ("SQL 查询", "SQL"),
    "missing": ("没有这一页", "There is no such page"),
    "other": ("English", "中文"),
}


def wording(language: Language) -> dict[str, str]:
    """The words of one language."""
    return {name: words[language == "en"] for name, words in _WORDS.items()}
