"""The words Chinese news pages print before a time, a source or a person."""

import re
from typing import Literal

Field = Literal[
    "published",
    "modified",
    "source",
    "author",
    "reporter",
    "correspondent",
    "photographer",
    "editor",
    "ignored",
]

LABELS: dict[str, Field] = {
    "发布时间": "published",
    "发布日期": "published",
    "发表时间": "published",
    "发表日期": "published",
    "发稿时间": "published",
    "录入时间": "published",
    "添加时间": "published",
    "时间": "published",
    "日期": "published",
    "更新时间": "modified",
    "更新日期": "modified",
    "修改时间": "modified",
    "信息来源": "source",
    "文章来源": "source",
    "新闻来源": "source",
    "稿件来源": "source",
    "来源于": "source",
    "来源": "source",
    "稿源": "source",
    "出处": "source",
    "作者": "author",
    "撰稿": "author",
    "撰文": "author",
    "供稿": "author",
    "发布者": "author",
    "文": "author",
    "本报记者": "reporter",
    "本网记者": "reporter",
    "特约记者": "reporter",
    "记者": "reporter",
    "特约通讯员": "correspondent",
    "通讯员": "correspondent",
    "摄影": "photographer",
    "图": "photographer",
    "责任编辑": "editor",
    "责编": "editor",
    "编辑": "editor",
    "审核": "editor",
    "校对": "editor",
    "点击": "ignored",
    "点击数": "ignored",
    "点击次数": "ignored",
    "阅读": "ignored",
    "阅读次数": "ignored",
    "浏览": "ignored",
    "浏览次数": "ignored",
    "人气": "ignored",
    "评论": "ignored",
    "字体": "ignored",
    "字号": "ignored",
    "推荐人": "ignored",
}

_SPACE = r"[\s\u3000\xa0]*"

LABEL = re.compile(
    "|".join(_SPACE.join(map(re.escape, label)) for label in sorted(LABELS, key=len, reverse=True))
)
"""Any known label, with the spaces pages set inside it (`作　者`)."""
