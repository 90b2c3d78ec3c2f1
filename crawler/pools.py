"""Where work is spread over the cores: the one seam behind which another engine can stand."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


class Pool(Protocol):
    """Does the same work on many jobs."""

    def map(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """The results in the order of the jobs; few jobs are taken ahead, so that memory stays flat."""
        ...


class Here:
    """One job after the other, in this process."""

    def map(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """As `Pool.map`."""
        return map(work, jobs)


class Processes:
    """A process a core."""

    def __init__(self, workers: int) -> None:
        self._workers = workers

    def map(self, work: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
        """As `Pool.map`."""
        # A fresh interpreter: a forked one would share the open archive.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self._workers, mp_context=fresh, initializer=_ignore_ctrl_c) as executor:
            ahead: deque[Future[Result]] = deque()
            for job in jobs:
                ahead.append(executor.submit(work, job))
                if len(ahead) > 2 * self._workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()


def _ignore_ctrl_c() -> None:
    """The process that asked answers for all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def pool_of(workers: int) -> Pool:
    """The pool for a number of cores."""
    return Here() if workers == 1 else Processes(workers)
