"""Search: the index of pairs against FTS5's trigrams, and against a scan of every text.

BENCH_ARTICLES sets the size of the archive; the promises are made for 100,000.
"""

import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

from bench.result import Result
from storage.archive import Archive
from storage.models import articles
from storage.search import Query, count, search
from storage.search_index import INDEX, pairs

ARTICLES = int(os.environ.get("BENCH_ARTICLES", "20000"))
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


def run() -> list[Result]:
    """Measure on an archive of invented texts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        texts = list(_texts(ARTICLES))
        _fill(path, texts)
        return [*_index(path, texts[:20000]), *_questions(path)]


def _texts(number: int) -> Iterator[str]:
    rnd = random.Random(11)
    # What news repeats is phrases: half of all sentences are made of a few thousand of them.
    weights = list(accumulate(1 / (rank + 5) for rank in range(len(LEXICON))))
    phrases = ["".join(rnd.choices(LEXICON, cum_weights=weights, k=rnd.randint(2, 5))) for _ in range(4000)]
    usual = list(accumulate(1 / (rank + 20) for rank in range(len(phrases))))
    for at in range(number):
        said = rnd.choices(phrases, cum_weights=usual, k=100) + rnd.choices(
            LEXICON, cum_weights=weights, k=100
        )
        rnd.shuffle(said)
        marked = [f"{piece}{rnd.choice(('', '', '', '，', '。'))}" for piece in said]
        yield "".join(marked) + (RARE if at % 1000 == 0 else "") + str(rnd.randrange(10**6))


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
    trigram = "CREATE VIRTUAL TABLE search_index USING fts5(pairs, content='', tokenize='trigram')"
    ours, theirs = [], []
    for _ in range(3):
        ours.append(_cpu(lambda: _build(INDEX, map(pairs, texts))))
        theirs.append(_cpu(lambda: _build(trigram, iter(texts))))
    yield _ratio("search-index-build", ours, theirs, "CPU of building the index against FTS5 trigram")


def _build(table: str, texts: Iterator[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(Path(folder) / "index.db") as connection:
        connection.execute(table)
        for number, text in enumerate(texts):
            connection.execute("INSERT INTO search_index(rowid, pairs) VALUES (?, ?)", (number, text))
            if number % 500 == 499:
                connection.commit()


def _questions(path: Path) -> Iterator[Result]:
    scan_count = "SELECT count(*) FROM articles WHERE instr(title, ?1) OR instr(body, ?1)"
    scan_newest = (
        "SELECT id, title, substr(body, max(1, instr(body, ?1) - 20), 70) FROM articles "
        "WHERE instr(title, ?1) OR instr(body, ?1) ORDER BY published_at DESC LIMIT 10"
    )
    with Archive.open(f"sqlite:///{path}", read_only=True) as archive, archive.read() as connection:
        for name, word, scan, ask in (
            ("search-count", COMMON, scan_count, lambda query: count(connection, query)),
            ("search-newest", RARE, scan_newest, lambda query: search(connection, query, limit=10)),
        ):
            query = Query.of(word)
            ours = [_wall(lambda ask=ask, query=query: ask(query)) for _ in range(ROUNDS + 1)][1:]
            theirs = [
                _wall(lambda scan=scan, word=word: connection.exec_driver_sql(scan, (word,)).all())
                for _ in range(ROUNDS + 1)
            ][1:]
            yield _ratio(name, theirs, ours, f"times faster than a scan of {ARTICLES:,} articles, for {word}")


def _ratio(name: str, one: list[float], other: list[float], what: str) -> Result:
    ratios = [a / b for a, b in zip(one, other, strict=True)]
    spread = (max(ratios) - min(ratios)) / median(ratios)
    return Result(name, median(one) / median(other), median(ratios), spread, what)


def _cpu(work: Callable[[], object]) -> float:
    return _timed(time.process_time, work)


def _wall(work: Callable[[], object]) -> float:
    return _timed(time.perf_counter, work)


def _timed(clock: Callable[[], float], work: Callable[[], object]) -> float:
    start = clock()
    work()
    return clock() - start


if __name__ == "__main__":
    for result in run():
        print(f"{result.name}: {result.ratio:.2f} (spread {result.spread:.0%}), {result.what}")
