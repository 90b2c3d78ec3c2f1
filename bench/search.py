"""Search: the index of pairs against FTS5's trigrams, and against a scan of every text.

BENCH_ARTICLES sets the size of the archive; the promises are made for 100,000, which `make soak` measures.
"""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate, islice
from pathlib import Path
from statistics import median

from bench.result import Result
from storage.archive import Archive
from storage.models import articles
from storage.search import Query, count, search
from storage.search_index import make, pairs

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "10000"))
ROUNDS = 5
COMMON, RARE = "工会", "鹭桥"

_WORDS = (
    "农商银行 信用社 联社 支行 网点 工会 党委 党支部 员工 客户 农户 果农 茶农 合作社 村委会 贷款 存款 授信 "
    "利率 额度 资金 业务 服务 产品 手机银行 大堂经理 客户经理 理事长 董事长 行长 主任 书记 记者 乡镇 村庄 果园 "
    "茶园 大棚 田间 集市 学校 医院 社区 企业 小微企业 项目 金融 普惠 春耕 秋收 乡村振兴 产业 改革 风险 "
    "合规 培训 会议 活动 比赛 讲座 走访 调研 宣传 慰问 帮扶 支持 开展 推进 加强 提升 落实 组织 "
    "举办 发放 办理 解决 建立 完善 创新 学习 贯彻 召开 参加 围绕 坚持 通过 为了 积极 深入 有效 "
    "全面 扎实 持续 及时 主动 认真 共同 我们 他们 大家 群众 百姓 家门口 今年以来 近日 目前 当天 上午 "
    "下午 三百户 五十万元 十二个 第一季度 去年 同期 增长 比例 以来 期间 的 了 在 和 与 对 把 "
    "从 向 为 上 下 中 里 将 并 也 都 已 就 让 给 又 更 还"
)
LEXICON = _WORDS.split()


def run(number: int = ARTICLES) -> list[Result]:
    """Measure on an archive of so many invented texts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        texts = list(_texts(number))
        _fill(path, texts)
        return [*_index(path, texts[:10000]), *_questions(path, number)]


def _texts(number: int) -> Iterator[str]:
    """Texts with the measure of news: 1,050 characters, 78 of 100 pairs of them different, ever new ones.

    Counted on a month of a daily paper. What an article is about it says again and again, hence `topic`.
    """
    chance = random.Random(11)
    words = [*LEXICON, *islice(_invented(chance), 20_000)]
    usual = list(accumulate(1 / (rank + 12) for rank in range(len(words))))
    for at in range(number):
        fresh = chance.choices(words, cum_weights=usual, k=285)
        topic = chance.choices(fresh[:100], k=130)
        said = fresh + topic
        chance.shuffle(said)
        marked = [f"{word}{mark}" for word, mark in zip(said, chance.choices(_MARKS, k=415), strict=True)]
        yield "".join(marked) + (RARE if at % 1000 == 0 else "") + str(chance.randrange(10**6))


_MARKS = ("",) * 9 + ("，", "，", "。")


def _invented(chance: random.Random) -> Iterator[str]:
    """Words of the common characters, some characters far more often than others."""
    characters = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xD8)
        for low in range(0xA1, 0xFF)
    ]
    chance.shuffle(characters)
    usual = list(accumulate(1 / (rank + 30) for rank in range(len(characters))))
    while True:
        yield "".join(chance.choices(characters, cum_weights=usual, k=chance.choice((1, 2, 2, 2, 2, 3, 4))))


def _fill(path: Path, texts: list[str]) -> None:
    seen = datetime(2026, 3, 1, tzinfo=UTC)
    with Archive.open(f"sqlite:///{path}") as archive:
        for start in range(0, len(texts), 500):
            rows = [_row(start + at, body, seen) for at, body in enumerate(texts[start : start + 500])]
            with archive.transaction() as tx:
                tx.connection.execute(articles.insert(), rows)


def _row(number: int, body: str, seen: datetime) -> dict[str, object]:
    return {
        "site": "news.example",
        "url": f"http://news.example/{number}.html",
        "title": body[:20],
        "body": body,
        "content_hash": str(number),
        "char_count": len(body),
        "partial": False,
        "own": False,
        "provenance": {},
        "rule_version": "1",
        "published_at": seen - timedelta(minutes=number * 7919 % 1000003),
        "first_seen_at": seen,
        "last_seen_at": seen,
    }


def _index(path: Path, texts: list[str]) -> Iterator[Result]:
    with sqlite3.connect(path) as connection:
        (held,) = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'").fetchone()
        (printed,) = connection.execute(
            "SELECT sum(length(CAST(title || body AS blob))) FROM articles"
        ).fetchone()
    yield Result(
        "search-index-size", held / printed, held / 1e6, 0.0, "MB of index against the text it indexes"
    )
    ours, theirs = [], []
    for _ in range(3):
        ours.append(_cpu(lambda: _build(make, map(pairs, texts))))
        theirs.append(_cpu(lambda: _build(_make_trigram, iter(texts))))
    yield _ratio("search-index-build", ours, theirs, "CPU of building the index against FTS5 trigram")


def _make_trigram(execute: Callable[[str], object]) -> None:
    execute("CREATE VIRTUAL TABLE search_index USING fts5(pairs, content='', tokenize='trigram')")


def _build(make_index: Callable[[Callable[..., object]], None], texts: Iterator[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(Path(folder) / "index.db") as connection:
        make_index(connection.execute)
        for number, text in enumerate(texts):
            connection.execute("INSERT INTO search_index(rowid, pairs) VALUES (?, ?)", (number, text))
            if number % 500 == 499:
                connection.commit()


_SCANS = {
    "instr": "instr(title, ?1) OR instr(body, ?1)",
    "LIKE": "title LIKE '%' || ?1 || '%' OR body LIKE '%' || ?1 || '%'",
}
"""What an analyst writes who has no index; the promise is held against the faster of them."""


def _questions(path: Path, number: int) -> Iterator[Result]:
    scan_count = "SELECT count(*) FROM articles WHERE {}"
    scan_newest = (
        "SELECT id, title, substr(body, max(1, instr(body, ?1) - 20), 70) FROM articles "
        "WHERE {} ORDER BY published_at DESC LIMIT 10"
    )
    with Archive.open(f"sqlite:///{path}", read_only=True) as archive, archive.read() as connection:
        for name, word, scan, ask in (
            ("search-count", COMMON, scan_count, lambda query: count(connection, query)),
            ("search-newest", RARE, scan_newest, lambda query: search(connection, query, limit=10)),
        ):
            ours: list[float] = []
            rivals: dict[str, list[float]] = {way: [] for way in _SCANS}
            for _ in range(ROUNDS):
                ours.append(_usual(partial(ask, Query.of(word))))
                for way, holds in _SCANS.items():
                    asked = partial(connection.exec_driver_sql, scan.format(holds), (word,))
                    rivals[way].append(_cpu(lambda asked=asked: asked().all()))
            way = min(rivals, key=lambda way: median(rivals[way]))
            what = f"times faster than a scan of {number:,} articles with {way}, for {word}"
            yield _ratio(name, rivals[way], ours, what)


def _usual(work: Callable[[], object]) -> float:
    """The middle of a few times, after one to warm up: what takes half a millisecond is soon disturbed."""
    return median([_cpu(work) for _ in range(6)][1:])


def _ratio(name: str, one: list[float], other: list[float], what: str) -> Result:
    ratios = [a / b for a, b in zip(one, other, strict=True)]
    spread = (max(ratios) - min(ratios)) / median(ratios)
    return Result(name, median(one) / median(other), median(ratios), spread, what)


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    for result in run():
        print(f"{result.name}: {result.ratio:.2f} (spread {result.spread:.0%}), {result.what}")
