"""Pages that are records of another kind: software to download, goods to buy, films, classified advertisements.

A content system serves them in the same frame as its news, with a heading, a date and a text. What tells them
is the sheet of facts beside the text, by labels that no news page prints.
"""

import re
from collections.abc import Iterable

_SHEET = re.compile(
    r"(?P<label>"
    r"软\s*件(?:名称|大小|类型|类别|等级|语言|授权|简介)|文件(?:类型|大小)|授权方式|运行(?:环境|平台)|界面语言|下载(?:地址|说明|次数)"
    r"|图片(?:尺寸|大小|格式|名称)"
    r"|商品(?:名称|编号|品牌|货号|重量)|市\s*场\s*价|优\s*惠\s*价|会\s*员\s*价|计量单位"
    r"|影片(?:名称|类型|导演|主演|大小|长度)|主\s*演|导\s*演|上映(?:时间|日期)"
    r"|所在地区|交易价格|租\s*金|作品简介|(?<![\u4e00-\u9fff])大小"
    r")\s*[:：]"
)
_BUTTON = re.compile(r"发送站内(?:信息|短信)|加入购物车|立即购买|放入购物车")
_ENOUGH = 2
"""Facts of such a sheet on one page; a news story may mention one."""


def record_facts(lines: Iterable[str]) -> set[str]:
    """The facts of a record the page prints: none or one on a news page, several on a record's.

    Args:
        lines: the texts of the page's lines.
    """
    heads = [line[:_HEAD] for line in lines]
    labels = {
        match["label"] for head in heads if ":" in head or "：" in head for match in _SHEET.finditer(head)
    }
    buttons = set(_BUTTON.findall("\n".join(heads)))
    return {re.sub(r"\s", "", fact) for fact in labels | buttons}


def is_record(lines: Iterable[str]) -> bool:
    """Whether the page is a record of another kind than a story."""
    return len(record_facts(lines)) >= _ENOUGH


_HEAD = 120
"""Characters of a line in which a fact may stand; a paragraph of prose is longer."""
