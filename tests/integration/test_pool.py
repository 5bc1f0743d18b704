"""Worker processes that are killed, crash, or outlive their crawler."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time

import pytest

from palimpsest.crawler.pool import WorkPool
from palimpsest.errors import BadFeed, Unfit


def test_a_call_runs_in_another_process_and_its_result_comes_back() -> None:
    async def main() -> None:
        pool = WorkPool(1, timeout=30)
        try:
            assert await pool.run(os.getpid) != os.getpid()
            assert await pool.run(len, b"x" * 3_000_000) == 3_000_000
        finally:
            await pool.close()

    asyncio.run(main())


def test_a_call_that_overruns_is_killed_and_the_next_one_is_served() -> None:
    async def main() -> None:
        pool = WorkPool(1, timeout=0.2)
        try:
            with pytest.raises(Unfit, match=r"0\.2 s"):
                await pool.run(time.sleep, 600)
            assert await pool.run(len, "abc") == 3
        finally:
            await pool.close()

    asyncio.run(main())


def test_a_process_that_dies_costs_only_its_own_call() -> None:
    async def main() -> None:
        pool = WorkPool(2, timeout=30)
        try:
            died, fine = await asyncio.gather(
                pool.run(os._exit, 1), pool.run(len, "abc"), return_exceptions=True
            )
            assert isinstance(died, Unfit)
            assert fine == 3
            assert await pool.run(len, "ab") == 2
        finally:
            await pool.close()

    asyncio.run(main())


def test_a_call_that_wants_too_much_memory_fails_by_itself() -> None:
    async def main() -> None:
        pool = WorkPool(1, timeout=30, memory=100_000_000)
        try:
            with pytest.raises(Unfit, match="memory"):
                await pool.run(bytes, 400_000_000)
        finally:
            await pool.close()

    asyncio.run(main())


def test_errors_of_ours_come_home_and_others_are_told_with_the_page() -> None:
    async def main() -> None:
        pool = WorkPool(1, timeout=30)
        try:
            with pytest.raises(BadFeed, match="no feed"):
                await pool.run(_raise_ours)
            with pytest.raises(Unfit, match="ZeroDivisionError"):
                await pool.run(divmod, 1, 0)
        finally:
            await pool.close()

    asyncio.run(main())


def _raise_ours() -> None:
    raise BadFeed("no feed", url="http://a.example/")


def test_workers_leave_when_their_crawler_is_killed() -> None:
    script = (
        "import asyncio, os\n"
        "from palimpsest.crawler.pool import WorkPool\n"
        "async def main():\n"
        "    pool = WorkPool(1, timeout=30)\n"
        "    print(await pool.run(os.getpid), flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as crawler:
        assert crawler.stdout is not None
        worker = crawler.stdout.readline()
        crawler.send_signal(signal.SIGKILL)
        # The worker has inherited the write end of this pipe: it closes when the worker leaves.
        crawler.communicate(timeout=30)
    assert worker.strip().isdigit()
