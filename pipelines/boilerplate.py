"""What stands on a page beside the article: recognised by whole words and by what lines say."""

import re
from collections.abc import Sequence

from pipelines.items import Block

NOISE_WORDS = frozenset(
    """
    nav navbar navigation menu submenu subnav topnav footer foot copyright sidebar sider aside breadcrumb
    breadcrumbs crumb crumbs banner login search share sharing bdshare bdsharebuttonbox bshare jiathis
    ckepop digg pager pagination pagelink pagebar paging prevnext related relate recommend recommended
    comment comments pinglun vote tags tag keywords qrcode erweima ewm disclaimer toolbar tools print ad ads
    adv advert advertisement
    """.split()  # noqa: SIM905 - reads best as words
)
"""Class and id words whose boxes hold no sentence of the article."""

_FURNITURE = frozenset(
    """
    首页 上一页 下一页 前一页 后一页 上页 下页 尾页 末页 前页 后页 第一页 最后一页 返回首页 网站首页
    返回列表 返回上页 返回上一页 返回顶部 返回栏目 回到顶部 顶部 返回 全文阅读 阅读全文 来顶一下 顶一下
    踩一下 顶 踩 打印 打印本页 打印本文 打印此文 打印文章 关闭 关闭窗口 关闭本页 关闭页面 关闭此页 我要打印
    收藏 收藏本页 收藏此文 收藏文章 加入收藏 设为首页 我要收藏 推荐给好友 举报 纠错 大 中 小 大号 中号 小号
    字号 字体 字体大小 文字大小 放大 缩小 默认 分享 分享到 分享至 分享本文 我要分享 一键分享 更多 更多>>
    微信 微博 新浪微博 腾讯微博 QQ QQ空间 QQ好友 微信好友 朋友圈 微信朋友圈 人人网 开心网 豆瓣 豆瓣网
    百度贴吧 复制链接 复制 网易微博 点赞 赞 赞一下 评论 我要评论 发表评论 我来说两句 查看评论 网友评论
    最新评论 热门评论 用户评论 文章评论 评论列表 已有条评论 共有条评论 条评论 登录 注册 用户名 用户名称 密码
    验证码 匿名发表 匿名评论 匿名 看不清 换一张 提交 提交评论 重置 评论内容 相关阅读 相关文章 相关新闻
    相关信息 相关资讯 相关链接 相关内容 相关推荐 相关报道 相关专题 相关评论 延伸阅读 推荐阅读 推荐文章
    推荐新闻 推荐资讯 热门文章 热门新闻 热门推荐 热门资讯 热门阅读 热点新闻 热点推荐 热点文章 最新文章
    最新新闻 最新资讯 最新推荐 猜你喜欢 猜您喜欢 为您推荐 为你推荐 编辑推荐 精彩推荐 栏目更新 栏目热门
    点击排行 阅读排行 排行榜 无相关信息 暂无评论 暂无相关信息 没有了 TOP top Top 网站地图 联系我们 关于我们
    免责声明 版权声明 服务条款 广告服务 友情链接
    """.split()  # noqa: SIM905 - reads best as words
)
_PIECES = re.compile(
    r"[\s\u3000|｜【】\[\]［］()（）<>《》〈〉「」·•・／/\\,，、:：;；>»›«‹→←↑↓★☆●■◆…—_+＋.。!！?？-]+"
)
_COUNT = re.compile(r"第?共?\d+[页条篇次人/]?\d*[页条篇次人]?")
_NEIGHBOUR = re.compile(
    r"[\s【\[<«‹←·•]*(?:上|下|前|后)一?(?:篇|条|则)(?:文章|新闻|信息|资讯|内容|公告)?[\s】\]]*(?:[:：>»→]|$|(?:没有|暂无))"
)
_PROMOTION = re.compile(
    r"[\s【\[（(*※]*(?:"
    r"分享(?:到|至|本文)[:：\s]|(?:微信|手机|长按|扫描|请?扫)[^。]{0,12}(?:扫一扫|扫码|二维码|识别|关注)|扫一扫"
    r"|(?:本文|文章|页面|原文|本页)(?:地址|链接|网址|来源网址|转自)[:：]|(?:本文)?(?:关键词|关键字|标签|[Tt]ags?|TAGS?)[\s\u3000]*[:：]"
    r"|版权所有|[Cc]opyright|COPYRIGHT|[Pp]owered [Bb]y|©|(?:[\u4e00-\u9fff]ICP备|ICP备案)"
    r"|(?:点击|阅读|浏览|访问|查看|人气)(?:次数|数|量)?[:：]?\s*[(（\[]?\d+[)）\]]?\s*次?$"
    r"|【?字(?:体|号)[:：\s]|已?共?有?\s*\d*\s*条评论"
    r")"
)
_RIGHTS = re.compile(r"版权|转载|侵权|不代表|仅供参考|投资建议|联系(?:我们|本网)|著作权|删除|与本[网站]无关")
_RIGHTS_HEAD = re.compile(
    r"[\s【\[（(*※]*(?:免责|版权|特别|郑重|重要|法律)?(?:声明|提示|说明)[】\]）)\s]*[:：]?|凡本[网站]|凡注明|转载请|本文(?:仅|内容|来自|由)|以上(?:内容|文章)|文章(?:内容|版权)"
)
_LONG = 200
_RELATED = re.compile(
    r"[\s【\[<·•>»#]*(?:相关|延伸|推荐|热门|热点|最新|更多|往期|精彩|近期)(?:的)?"
    r"(?:阅读|文章|新闻|信息|资讯|链接|内容|推荐|报道|专题|动态|回顾|精彩|消息|热点)[\s】\]>»]*[:：]?$"
)
_MOSTLY_LINKS = 0.8


def is_furniture(text: str) -> bool:
    """Return whether a line, all of it, says what no article says: 来顶一下, 上一篇：…, 版权所有 ….

    Text alone decides, so this is for short lines and known openings only.
    """
    if _NEIGHBOUR.match(text) or _RELATED.match(text):
        return True
    if len(text) <= _LONG and (_PROMOTION.match(text) or _is_rights_note(text)):
        return True
    return _is_vocabulary(text)


def ends_article(text: str) -> bool:
    """Return whether a line opens what follows an article: neighbours, related reading, comments."""
    return bool(_NEIGHBOUR.match(text) or _RELATED.match(text)) or _opens_comments(text)


def strip(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks without template noise: what is left is the article.

    Nothing is added or changed, and stripping twice is stripping once.
    """
    kept = tuple(blocks)
    while (fewer := _once(kept)) != kept:
        kept = fewer
    return kept


def _once(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    kept: list[Block] = []
    words = _trusted_noise_words(blocks)
    in_list = False
    for block in blocks:
        if block.words & words:
            continue
        if block.kind == "text":
            if in_list and block.link_share >= _MOSTLY_LINKS:
                continue
            in_list = bool(_RELATED.match(block.text))
            if is_furniture(block.text):
                continue
        kept.append(block)
    return _without_file_names(tuple(kept))


def _trusted_noise_words(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the noise words that cover little of the text: a template may call its very body `print`."""
    total = sum(len(block.text) for block in blocks if block.kind == "text")
    covered: dict[str, int] = {}
    for block in blocks:
        for word in block.words & NOISE_WORDS:
            covered[word] = covered.get(word, 0) + len(block.text) * (block.kind == "text")
    return frozenset(word for word, count in covered.items() if count * 2 <= total)


def _without_file_names(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Drop the text where it only names the files: such a notice has attachments and an empty body."""
    names = {block.text for block in blocks if block.kind == "file"}
    if not names:
        return blocks
    texts = [block for block in blocks if block.kind == "text"]
    if all(block.link_share >= _MOSTLY_LINKS for block in texts):
        return tuple(block for block in blocks if block.kind != "text")
    return blocks


def _is_vocabulary(text: str) -> bool:
    if len(text) > _LONG:
        return False
    pieces = [piece for piece in _PIECES.split(text) if piece]
    known = [piece for piece in pieces if piece in _FURNITURE]
    if not known:
        return False
    return all(piece in _FURNITURE or _COUNT.fullmatch(piece) for piece in pieces)


def _is_rights_note(text: str) -> bool:
    return bool(_RIGHTS_HEAD.match(text) and _RIGHTS.search(text))


def _opens_comments(text: str) -> bool:
    return _is_vocabulary(text) and any(word in text for word in ("评论", "说两句", "用户名"))
