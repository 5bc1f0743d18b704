"""Worker processes for what takes the processor long: reading pages, feeds and sitemaps.

The crawler's event loop must never wait for a page to be read, and no page may take the crawler
down: a call that overruns its time has its process killed and replaced, one that wants too much
memory fails by itself, and one that crashes the interpreter costs that page only. It is not a job
queue: calls are made, awaited and forgotten.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Final, TypeVar

from ..errors import PalimpsestError, Unfit

_T = TypeVar("_T")
_PRELOAD: Final = [
    "palimpsest.crawler.intake",
    "palimpsest.crawler.extraction.reading",
    "palimpsest.crawler.discovery.feeds",
]
_START_TIMEOUT: Final = 60.0  # seconds for a new process to import what it needs

MEMORY: Final = 2_000_000_000
"""Bytes of address space that a worker may take beyond what it starts with."""


class WorkPool:
    """Runs functions in `workers` processes, one call each at a time.

    Args:
        workers: How many processes at the most; each is started when it is first needed.
        timeout: Seconds after which a call is ended.
        memory: Bytes that a call may take before it fails; None for no limit.
    """

    def __init__(self, workers: int, *, timeout: float, memory: int | None = MEMORY) -> None:
        self._timeout = timeout
        self._memory = memory
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)
        # A thread for each process waits for its answer, so that the event loop does not.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="worker-watch")
        self._closed = threading.Event()

    async def run(self, function: Callable[..., _T], *args: Any) -> _T:
        """Call `function(*args)` in a process.

        Args:
            function: One that can be named from a module's top level.
            args: Values that can be pickled, as the result can.

        Raises:
            Unfit: The call overran its time or memory, crashed, or raised what it should not have.
            PalimpsestError: Whatever error of ours the function raised.
        """
        loop = asyncio.get_running_loop()
        result: _T = await loop.run_in_executor(self._threads, self._call, function, args)
        return result

    async def close(self) -> None:
        """End the processes; calls under way are finished first."""
        self._closed.set()
        await asyncio.get_running_loop().run_in_executor(None, self._end)

    def _end(self) -> None:
        self._threads.shutdown(wait=True)
        while not self._idle.empty():
            worker = self._idle.get()
            if worker is not None:
                worker.end()

    def _call(self, function: Callable[..., _T], args: tuple[Any, ...]) -> _T:
        worker = self._idle.get()
        try:
            if worker is None:
                worker = _Worker(self._memory)
            answer = worker.ask(function, args, self._timeout)
        except (_Overrun, EOFError, OSError) as error:
            if worker is not None:
                worker.kill()
            worker = None
            if isinstance(error, _Overrun):
                raise Unfit(f"reading took more than {self._timeout:g} s and was ended") from None
            raise Unfit("the process that read it died") from None
        finally:
            self._idle.put(worker)
        if isinstance(answer, _Raised):
            raise answer.error
        result: _T = answer
        return result


class _Overrun(Exception):
    """A worker did not answer in time."""


class _Raised:
    """An error that a call raised, on its way home."""

    def __init__(self, error: PalimpsestError) -> None:
        self.error = error


class _Worker:
    """One process and our end of its pipe."""

    def __init__(self, memory: int | None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOAD)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, memory), daemon=True)
        self._process.start()
        theirs.close()
        self._receive(_START_TIMEOUT)

    def ask(self, function: Callable[..., Any], args: tuple[Any, ...], timeout: float) -> Any:
        self._pipe.send((function, args))
        return self._receive(timeout)

    def end(self) -> None:
        self._pipe.close()  # the process sees the end of the pipe and leaves
        self._process.join(5.0)
        self.kill()

    def kill(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _receive(self, timeout: float) -> Any:
        if not self._pipe.poll(timeout):
            raise _Overrun
        return self._pipe.recv()


def _serve(pipe: Connection, memory: int | None) -> None:
    """A worker's life: answer calls until the other end of the pipe is gone."""
    # Ctrl-C reaches the whole process group; whether to stop is the crawler's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on every system
        os.nice(5)  # the event loop that feeds the workers goes before them
    gc.freeze()  # what was loaded stays, and need not be looked through for garbage
    if memory is not None:
        _limit_memory(memory)
    pipe.send(None)
    while True:
        try:
            function, args = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(_answer(function, args))
        except BrokenPipeError:
            return


def _answer(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    try:
        return function(*args)
    except PalimpsestError as error:
        return _Raised(error)
    except MemoryError:
        return _Raised(Unfit("reading it took more memory than is allowed"))
    except Exception as error:  # noqa: BLE001 - a bug of ours costs one page, and is told with it
        return _Raised(Unfit(f"reading failed: {type(error).__name__}: {error}"))


def _limit_memory(extra: int) -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = int(file.read().split()[0])
    limit = pages * resource.getpagesize() + extra
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
