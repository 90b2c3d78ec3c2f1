"""What reading one info line costs, against the standard library's `strptime` and against dateparser.

Every line is a new one: names, times and shapes are drawn at random, outlets from a press of sixty. A reader that
only remembers lines it has seen gains nothing here.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import datetime

import dateparser

from bench.result import Result
from pipelines.byline import parse_byline
from pipelines.timestamps import SITE_ZONE, parse_moment

LINES, ROUNDS = 3_000, 7
ASKED = 150
"""How many times a round puts to dateparser, which is slow."""

BASE = datetime(2026, 3, 15, 12, 0, tzinfo=SITE_ZONE)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
GIVEN = "明华春晓文静雅思远志建国平安林山河清雪梅松柏云飞海涛玉兰芳香宁一凡子涵"
PLACES = "禾田 青禾 云岭 沂川 白沙 石桥 柳河 长泽 北岭 南坪 东湖 西塘".split()
PRESS = [place + kind for place in PLACES for kind in ("日报", "新闻网", "农商银行", "金融时报", "联社")]
SHAPES = (
    "时间：{second} 来源：{outlet} 作者：{name}",
    "发布时间：{minute}　来源：{outlet}　作者：{name}　点击：{count}",
    "{minute} 来源：{outlet} 责任编辑：{name}",
    "{han} 来源：{outlet} 作者：{name} {other}",
    "来源：{outlet} 发布日期：{day} 浏览次数：{count}次",
    "作者：{name}、{other} 时间：{day} 编辑：{third}",
    "{day} {outlet} {name}",
    "{second}\n来源：\n{outlet}\n编辑：{name}",
    "记者 {name} 通讯员 {other} {day}",
    "时间:{second} 来源:《{outlet}》 作者:{name}（{bank}）",
)
"""The first is the one known line of the archived site; the others are common."""


def run() -> list[Result]:
    lines, stamps = invented(LINES)
    per_line: list[float] = []
    yardstick: list[float] = []
    moments: list[float] = []
    for part in range(ROUNDS):
        chosen, printed = lines[part::ROUNDS], stamps[part::ROUNDS]
        mine = costs(lambda line: parse_byline(line, base=BASE), chosen)
        theirs = costs(lambda stamp: datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S"), printed)  # noqa: DTZ007 - the yard-stick
        per_line.append(statistics.median(mine))
        yardstick.append(statistics.median(mine) / statistics.median(theirs))
        own = sum(costs(lambda stamp: parse_moment(stamp, base=BASE), printed[:ASKED]))
        asked = sum(costs(lambda stamp: dateparser.parse(stamp, languages=["zh"]), printed[:ASKED]))
        moments.append(own / asked)
    microseconds = statistics.median(per_line) * 1e6
    return [
        _result(
            "lines: info line", yardstick, f"median info line ({microseconds:.0f} µs), against one `strptime`"
        ),
        _result("lines: a time", moments, "a printed time read, against dateparser with languages=['zh']"),
    ]


def invented(count: int, seed: int = 4) -> tuple[list[str], list[str]]:
    """Info lines, no two alike, and a time for each."""
    pick = random.Random(seed)
    stamps = [datetime.fromtimestamp(pick.randrange(10**9, 17 * 10**8), SITE_ZONE) for _ in range(count)]
    return [_line(pick, at) for at in stamps], [f"{at:%Y-%m-%d %H:%M:%S}" for at in stamps]


def costs(step: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """CPU seconds of a step on each text."""
    taken = []
    for text in texts:
        started = time.process_time_ns()
        step(text)
        taken.append((time.process_time_ns() - started) / 1e9)
    return taken


def _line(pick: random.Random, at: datetime) -> str:
    def name() -> str:
        return pick.choice(SURNAMES) + "".join(pick.choices(GIVEN, k=pick.choice((1, 2, 2))))

    return pick.choice(SHAPES).format(
        second=f"{at:%Y-%m-%d %H:%M:%S}",
        minute=f"{at:%Y-%m-%d %H:%M}",
        day=f"{at:%Y-%m-%d}",
        han=f"{at.year}年{at.month}月{at.day}日{at:%H:%M}",
        outlet=pick.choice(PRESS),
        bank=pick.choice(PLACES) + "农商银行",
        name=name(),
        other=name(),
        third=name(),
        count=pick.randrange(1, 9999),
    )


def _result(name: str, ratios: list[float], what: str) -> Result:
    middle = statistics.median(ratios)
    return Result(name, middle, middle, max(ratios) - min(ratios), what)
