"""What stands on a page beside the article: recognised by whole words and by what lines say."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from pipelines.items import Block
from pipelines.labels import LABELS

NOISE_WORDS = frozenset(
    """
    avatar authorinfo userinfo nav navbar menu footer foot copyright sidebar sider breadcrumb crumbs banner
    login search share sharing bdshare bdsharebuttonbox ckepop digg pagination pagelink
    pagebar paging prevnext related recommend recommended comment comments pinglun tag keywords qrcode
    erweima ewm tool tools toolbar player print ad ads advert advertisement <form>
    """.split()
)
"""Class and id words whose boxes hold no sentence of the article, and the form, which no class word can be."""

_FURNITURE = frozenset(
    """
    首页 上一页 下一页 前一页 后一页 上页 下页 尾页 末页 前页 后页 第一页 最后一页 下一页尾页 返回首页
    网站首页 回首页 返回列表 返回上页 返回上一页 返回上级 返回顶部 返回栏目 返回 回到顶部 顶部 TOP top Top
    全文阅读 阅读全文 查看全文 展开全文 展开 收起 全文 加载中 加载更多 查看更多 点击加载更多 更多 更多>>
    没有了 已经没有了 来顶一下 顶一下 踩一下 顶 踩 点赞 赞 赞一下 点个赞 喜欢 在看 人喜欢 打赏 赞赏 打印
    打印本页 打印本文 打印本稿 打印此文 打印文章 我要打印 打印预览 关闭 关闭窗口 关闭本页 关闭页面 关闭此页 收藏
    收藏本页 收藏此文 收藏文章 加入收藏 我要收藏 收藏本站 设为首页 推荐给好友 推荐朋友 举报 报错 纠错 我要纠错 我要反馈
    反馈 投稿 下载 保存 大 中 小 特大 超大 大号 中号 小号 字号 字体 字体大小 文字大小 字号大小 调整字体 放大
    缩小 放大字体 缩小字体 默认 正常 标准 A A+ A- A＋ A－ T T+ T- + ＋ 朗读 语音播报 收听 听新闻 听全文 播放 暂停
    繁体 简体 无障碍 无障碍浏览 图集 组图 分享 分享到 分享至 分享本文 分享文章 我要分享 一键分享 更多分享
    转发 微信扫一扫 扫一扫 扫码 扫码阅读 扫码分享 手机扫码 手机阅读 手机看 手机版 微信 微博 新浪微博
    腾讯微博 网易微博 搜狐微博 人民微博 QQ QQ空间 QQ好友 Qzone 微信好友 朋友圈 微信朋友圈 人人网 开心网 豆瓣
    豆瓣网 百度贴吧 贴吧 Facebook Twitter 复制链接 复制 复制网址 用微信扫描二维码 扫描二维码 分享到微博
    分享到微信 分享到朋友圈 分享到QQ空间 新浪 腾讯 评论 我要评论 发表评论 发表看法 我来说两句 我要说两句
    说两句 查看评论 网友评论 网友留言 最新评论 热门评论 最热评论 全部评论 用户评论 文章评论 新闻评论
    评论列表 相关评论 留言 留言与评论 跟帖 网友跟帖 条评论 条 共有条评论 已有条评论 共有 条 人参与 人评论
    参与评论 登录后评论 请登录 暂无评论 还没有评论 抢沙发 参与 查看 登录 立即登录 注册 立即注册 退出 用户名
    用户名称 密码 验证码 匿名发表 匿名评论 匿名 看不清 看不清楚 换一张 点击刷新 提交 提交评论 发表 发布 重置
    评论内容 昵称 邮箱 表情 相关阅读 相关文章 相关新闻 相关信息 相关资讯 相关链接 相关内容 相关推荐 相关报道
    相关专题 相关稿件 延伸阅读 扩展阅读 推荐阅读 推荐文章 推荐新闻 推荐资讯 推荐 热门文章 热门新闻 热门推荐
    热门资讯 热门阅读 热门标签 热门 热点新闻 热点推荐 热点文章 热点 热帖 热词 最新文章 最新新闻 最新资讯
    最新推荐 最新 猜你喜欢 猜您喜欢 为您推荐 为你推荐 编辑推荐 精彩推荐 精彩图集 栏目更新 栏目热门 点击排行
    阅读排行 排行榜 新闻排行 本月排行 一周排行 24小时热文 无相关信息 暂无相关信息 暂无 网站地图 特别声明 重要声明 联系我们
    关于我们 免责声明 版权声明 服务条款 广告服务 友情链接 客户端 客户端下载 搜索 站内搜索 高级搜索 关注我们
    浏览 点击 人气 播放 文章作者
    参与互动 搜狐号 网易号 头条号 百家号 企鹅号 大鱼号 一点号 余下全文 阅读余下全文 文章分页 内容分页
    立即下载 文章导航 文章内容导航 内容导航 意见 条意见
    我有话说 阅读下一篇 关注 订阅 上一篇 下一篇 上一条 下一条 上篇 下篇 上一则 下一则 前一篇 后一篇 上一个 下一个 QQ群
    """.split()
)
"""Words of which a line of furniture is made, all of it."""

_MARKS = r"\s|｜¦│【】\[\]［］()（）<>《》〈〉「」“”\"'·•・／/\\,，、:：;；＞»›«‹→←↑↓▲▼★☆●■◆…—_＋.。!！?？&~-"
_APART = re.compile(rf"[{_MARKS}]+")
_FIRST = re.compile(rf"[{_MARKS}]*([^{_MARKS}]+)")
_COUNT = re.compile(r"[第共约]?\+?\d+[页条篇次人个/]?\d*[页条篇次人个]?")
_NEIGHBOUR = re.compile(
    r"[\s【\[（(<《«‹←·•▲]*(?:上|下|前|后)一?(?:篇|条|则|个)(?:文章|新闻|信息|资讯|内容|公告|动态|产品)?"
    r"[\s】\]）)]*(?:[:：>»→\s]|$|没有|暂无)"
)
_RELATED = re.compile(
    r"[\s【\[（(<《·•>»#■▌|]*(?:相关|延伸|扩展|推荐|热门|热点|最新|更多|往期|本期|上期|精彩|近期|其[他它]|猜你|为[您你])(?:的)?"
    r"(?:阅读|文章|目录|新闻|信息|资讯|链接|内容|推荐|报道|专题|动态|回顾|精彩|消息|热点|排行榜?|稿件|喜欢)[\s】\]）)>》»]*[:：]?$"
)
_TEMPLATE_TAG = re.compile(r"\[!--.*?--\]")
"""What EmpireCMS leaves where a template names a field that is none."""

_PLUS_ONE = re.compile(r"\+\d+")
_LEFT = re.compile(
    r"(?:本文|文章|该文|此文)?[已共]*有?\s*\d+\s*(?:条|个|位|篇)?(?:网友|用户|读者)?(?:评论|留言|意见|跟[帖贴])|(?:网友|读者|用户|精选|全部|最新|热门)?留言[板区]?(?:\s*[(（]?\d+[)）]?)?"
    r"|(?:发表|参与)?(?:评论|留言|回复)[前需][^。]{0,10}登录.{0,12}|跟[帖贴]\s*\d*|(?:全部|最新|热门|精彩|网友|用户)评论\s*[(（]?\d+[)）]?|评论\s*[(（]\d+[)）]"
)
"""How a box of comments is headed."""

_COMMENTS = ("评论", "说两句", "用户名", "跟帖", "留言")
_OPENING = re.compile(
    r"[\s【\[（(*※●■▶]*(?:"
    r"分享(?:到|至|本文|给|让)|(?:微信|手机|长按|扫描|请|打开)[^。]{0,12}(?:扫一扫|扫码|二维码|识别)|扫一扫|扫码|长按"
    r"|(?:请|欢迎)?(?:关注|搜索|订阅)[^。]{0,16}(?:公众号|公号|微信号|微博|客户端|视频号|头条号)"
    r"|(?:本文|文章|页面|原文|本页|当前)(?:地址|链接|网址|转自|标题)[:：]|[【(（]?(?:本文|正文|全文)已?结束|阅读原文|原文链接"
    r"|(?:本文|文章|相关|话题)?(?:热词|搜索|热词搜索|关键词(?:阅读)?|关键字|标签|[Tt]ags?|TAGS?)\s*[:：>]"
    r"|版权所有|[Cc]opyright|COPYRIGHT|[Pp]owered [Bb]y|©|[\u4e00-\u9fff]ICP备|备案号|主办单位[:：]"
    r"|(?:相关|更多)[^。]{0,12}(?:请关注|请点击|请登录|请查看|请在|请下载|尽在)|(?:点击|戳)(?:进入|查看|阅读|观看)[^。]{0,16}(?:>|»|→|$)"
    r"|(?:(?:已?有|共)?\s*\d+\s*)?(?:点击|阅读|浏览|访问|查看|人气)(?:次数|数|量)?\s*[:：]?\s*[(（\[]?\d[\d,.]*[万w+]*[)）\]]?\s*次?$"
    r"|(?:点击|阅读|浏览|访问|查看)(?:次数|数|量)\s*[:：]\s*次?$"
    r"|\d[\d,.]*万?\s*次(?:点击|阅读|浏览|访问)"
    r"|字(?:体|号)(?:大小)?\s*[:：]|已?共?有?\s*\d*\s*(?:条|人)(?:评论|参与|跟帖)"
    r"|(?:\d+[、.．]\s*)?回复【|点击菜单栏|(?:新闻)?(?:热线|报料|爆料|投稿)[^。]{0,8}[:：]|[^。，]{2,8}(?:报料|爆料|新闻热线)(?:电话|热线)?[:：]"
    r"|[^。]{0,12}键盘[^。]{0,16}翻页|您的浏览器不支持|[^。，]{0,10}声明[:：]\s*$|读者热线[:：]|以上留言由|(?:点击|轻触|长按)[^。]{0,6}(?:蓝字|上方|下方)[^。]{0,16}关注"
    r"|(?:此|本)文为?(?:收费|付费)(?:内容|文章|阅读)|[^。，]{0,6}(?:登录|订阅|购买|付费|注册)后[可即]*继?续?(?:阅读|查看)(?:全文|更多|剩余|完整|$)"
    r"|[^。]{0,20}(?:欢迎|优惠|点击|立即)订阅[^。]{0,20}[。】\])）]*$"
    r"|请?点击下载\s?(?:WORD|PDF|word|pdf)版?$"
    r"|(?:用)?手机(?:看|读|浏览)(?:新闻|资讯|本文|此文)?\s*(?:[:：]|$)"
    r"|返回[^。，]{0,8}(?:首页|列表|[，,]?\s*查看更多)|平台声明[:：]|(?:视频|音频|图片)?加载中"
    r"|[^。]{0,20}尽在[^。]{0,12}(?:APP|App|app|客户端|公众号)\s*$"
    r")"
)
_REGISTERED = re.compile(
    r"ICP\s*[备证]\s*(?:案\s*)?(?:号\s*)?[:：]?\s*\d|公网安备|网站标识码|QQ[^。，\d]{0,4}群\s*[:：号]?\s*\d{5}|建议使用[^。]{0,20}浏览器"
)
"""What the foot of a site says of the site, wherever in a line; and where its readers meet."""

_OWN = re.compile(
    r"本[网站文号报刊平台]|本公众号|我[们网]|注明(?:出处|来源)|不代表|免责|(?:除|凡)(?:特别)?注明|未经"
)
_RIGHTS = re.compile(
    r"免责|声明|版权|转载|侵权|立场|观点|仅供参考|投资建议|著作权|删除|原创|授权|责任|稿酬|uploaded"
)
_RIGHTS_HEAD = re.compile(
    r"[\s※*]*[【\[（(](?:免责|版权|特别|郑重|重要|法律)声明[】\]）)]|[\s【\[（(*※]*(?:(?:免责|版权|特别|郑重|重要|法律|风险)(?:声明|提示|说明)|声明[】\]）)]*[:：]|凡本[网站]|(?:除|凡)(?:特别)?注明"
    r"|(?:如需)?转载请|未经(?:本|授权|许可|书面)|以上(?:内容|文章)|[^。]{0,30}未经(?:授权|许可|书面)[^。]{0,6}(?:不得|禁止|严禁)转载"
    r"|Notice: The content above)"
)
_RELATED_TO = re.compile(
    r"[\s【\[]*(?:相关|延伸|推荐|更多|往期)(?:阅读|专题|链接|新闻|报道|文章|推荐)[\s】\]]*[:：]"
)
"""What heads a link in the same line."""

_PLAYING = re.compile(r"\b\d{1,2}:\d{2}\s*/\s*\d{1,2}:\d{2}\b")
"""`00:00 / 08:42`: how far a player is."""

_INVITATION = re.compile(
    r"【(?:点击|戳|进入)[^】]{1,8}】|(?:点击|戳)(?:这里|此处)?(?:进入|查看|阅读|投票|报名|下载)[^。]{0,12}[>»]"
)
_APP = re.compile(r"(?:打开|下载|安装|来自)[^。]{0,14}(?:APP|App|app|客户端)|(?:申请|欢迎)(?:加入|入驻)")
_FOLLOW = re.compile(r"(?:下载|打开|安装)[^。]{0,16}(?:APP|App|app|客户端)[^。]{0,20}关注")
_ABSTRACT = re.compile(
    r"^[\s【\[（(]*(?:内容)?(?:摘\s*要|导\s*[读语]|提要|简介|核心提示|概要)[】\]）)]?\s*[:：]?\s*"
)
_HEADS_ABSTRACT = re.compile(
    r"[\s【\[（(]*(?:(?:内容|文章|新闻)?(?:摘要|导[读语]|提要|简介)|核心提示)[】\]）)]?[\s:：]*"
)
_EDITED = re.compile(r"[\s【\[（(]*(?:责任|本文)?编\s?辑\s?[:：]\s?[^。:：]{1,12}")
"""Who edited an article, whatever box says so: the foot is read for it."""

_ABSTRACT_LENGTH = 15
_SHORT, _LONG = 40, 200
_RIGHTS_LONG = 400
_MOSTLY_LINKS, _HALF = 0.8, 0.5


def is_furniture(text: str) -> bool:
    """Return whether a line, all of it, says what no article says: 来顶一下, 上一篇：…, 版权所有 ….

    What only may be furniture, as a number or a link, is left: `strip` sees where it stands.
    """
    return _kind_of(text) is not None


def ends_article(text: str) -> bool:
    """Return whether a line opens what follows an article: neighbours, related reading, comments."""
    return _kind_of(text) == "ending"


@lru_cache(maxsize=4096)
def _kind_of(text: str) -> Literal["ending", "other"] | None:
    if len(text) > _RIGHTS_LONG:
        return None
    had_tag = "[!--" in text
    text = _TEMPLATE_TAG.sub("", text).strip() if had_tag else text
    if (had_tag and not text) or _PLUS_ONE.fullmatch(text):
        return "other"
    if len(text) <= _LONG:
        if _NEIGHBOUR.match(text) or _RELATED.match(text) or _LEFT.fullmatch(text):
            return "ending"
        if (
            _OPENING.match(text)
            or _REGISTERED.search(text)
            or (len(text) <= _SHORT and _PLAYING.search(text))
        ):
            return "other"
        if _is_vocabulary(text):
            return "ending" if any(word in text for word in _COMMENTS) else "other"
    return "other" if _RIGHTS_HEAD.match(text) and _RIGHTS.search(text) else None


def leads_to_neighbour(text: str) -> bool:
    """Return whether a line leads to the article before or after this one, as lists and home pages never do."""
    return len(text) <= _LONG and _NEIGHBOUR.match(text) is not None


def is_pager(text: str, link_share: float) -> bool:
    """Return whether a line is the numbers of a pager, linked but for the current one: 【1】【2】【3】."""
    if link_share <= _HALF:
        return False
    pieces = _APART.sub(" ", text).split()
    return len(pieces) > 1 and all(piece.isdigit() for piece in pieces)


def strip(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks without template noise: what is left is the article.

    Nothing is added or changed, and stripping twice is stripping once.
    """
    kept = tuple(blocks)
    while (fewer := _once(kept)) != kept:
        kept = fewer
    return kept


def _once(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    noise = _trusted_noise_words(blocks)
    kept: list[Block] = []
    listing = False
    for block in blocks:
        if not noise.isdisjoint(block.words) and not _EDITED.fullmatch(block.text):
            continue
        if block.kind == "text":
            if listing and block.link_share >= _MOSTLY_LINKS:
                continue
            listing = bool(_RELATED.match(block.text))
            if is_furniture(block.text) or is_pager(block.text, block.link_share):
                continue
            if block.link_share >= _HALF and _RELATED_TO.match(block.text):
                continue
        kept.append(block)
    return _without_file_names(_without_edges(_without_abstract(kept)))


def _without_abstract(blocks: Sequence[Block]) -> Sequence[Block]:
    """Drop what a template prints over the text: 摘要 as a heading, or the text's own words cut off somewhere."""
    texts = [at for at, block in enumerate(blocks) if block.kind == "text"][: 1 + 1]
    if len(texts) <= 1:
        return blocks
    first, second = texts
    if _HEADS_ABSTRACT.fullmatch(blocks[first].text):
        return [block for at, block in enumerate(blocks) if at != first]
    printed = blocks[first].text
    abstract = _ABSTRACT.sub("", printed, count=1).rstrip(".…· ")
    is_repeated = len(abstract) >= _ABSTRACT_LENGTH and blocks[second].text.startswith(abstract)
    is_repeated = is_repeated and abstract != printed  # word for word it is the author's own lead
    return [block for at, block in enumerate(blocks) if at != first] if is_repeated else blocks


def _trusted_noise_words(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the noise words that cover little of the text: a template may call its very body `print`."""
    total = sum(len(block.text) for block in blocks if block.kind == "text")
    covered: dict[str, int] = {}
    for block in blocks:
        for word in block.words & NOISE_WORDS:
            covered[word] = covered.get(word, 0) + len(block.text) * (block.kind == "text")
    return frozenset(word for word, count in covered.items() if count * 2 <= total)


def _without_edges(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Drop invitations, bare links, counters and rights notes at both ends of the text."""
    names = [block.text for block in blocks if block.kind == "file"]
    texts = [at for at, block in enumerate(blocks) if block.kind == "text"]
    edges: set[int] = set()
    for run, is_edge in ((texts[:-1], _invites), (texts[:0:-1], _trails)):
        for at in run:
            if any(name in blocks[at].text for name in names) or not is_edge(blocks[at]):
                break
            edges.add(at)
    return tuple(block for at, block in enumerate(blocks) if at not in edges)


def _invites(block: Block) -> bool:
    return block.link_share >= _MOSTLY_LINKS or (
        len(block.text) <= _LONG and bool(_INVITATION.search(block.text))
    )


def _trails(block: Block) -> bool:
    text = block.text
    if text.endswith((":", "：")) and "".join(text[:-1].split()) in LABELS:  # and no value
        return True
    if text.strip("+ ").isdigit() or _invites(block) or (len(text) <= _SHORT and _APP.search(text)):
        return True
    if len(text) <= _LONG and _FOLLOW.match(text):
        return True
    return len(text) <= _RIGHTS_LONG and bool(_OWN.search(text) and _RIGHTS.search(text))


def _without_file_names(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Drop the text where it only names the files: such a notice has attachments and an empty body."""
    texts = [block for block in blocks if block.kind == "text"]
    has_files = any(block.kind == "file" for block in blocks)
    if has_files and all(block.link_share >= _MOSTLY_LINKS for block in texts):
        return tuple(block for block in blocks if block.kind != "text")
    return blocks


def _is_vocabulary(text: str) -> bool:
    """Return whether a line is made of words of the furniture, with numbers between them."""
    first = _FIRST.match(text)
    if not first or not (first[1] in _FURNITURE or _COUNT.fullmatch(first[1])):
        return False
    pieces = _APART.sub(" ", text).split()
    known = sum(piece in _FURNITURE for piece in pieces)
    return known > 0 and all(piece in _FURNITURE or _COUNT.fullmatch(piece) for piece in pieces)
