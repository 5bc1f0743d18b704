"""A signal sets the event, wherever the main thread is when it comes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from palimpsest.cli.ending import told_to_end


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Those of before, when the test is over."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(number: signal.Signals) -> None:
    stop = told_to_end()
    assert not stop.is_set()
    os.kill(os.getpid(), number)
    assert stop.wait(30)
    assert signal.getsignal(number) is signal.SIG_DFL  # the second one ends the process


def test_one_that_comes_just_when_the_main_thread_begins_to_wait_does_not_hang() -> None:
    stop = told_to_end()
    with stop._cond:  # what `Event.wait` holds for a moment, and `Event.set` asks for
        os.kill(os.getpid(), signal.SIGTERM)
    assert stop.wait(30)
