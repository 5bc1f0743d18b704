"""Being told to end, by Ctrl-C or SIGTERM, as an event that every thread can wait for.

A signal's handler runs in the main thread, wherever that is just then. Where it waits for the very event,
`Event.set` would wait for a lock that the main thread holds, for ever. So the handler puts a word into a
queue that is made for it (`SimpleQueue.put` may interrupt itself), and a thread of its own sets the event.
"""

from __future__ import annotations

import signal
from queue import SimpleQueue
from threading import Event, Thread

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def told_to_end() -> Event:
    """An event that is set by the first Ctrl-C or SIGTERM; the second one ends the process at once."""
    stop = Event()
    said: SimpleQueue[int] = SimpleQueue()

    def leave(number: int, _frame: object) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        said.put(number)

    def pass_on() -> None:
        said.get()
        stop.set()

    Thread(target=pass_on, name="told-to-end", daemon=True).start()
    for each in _SIGNALS:
        signal.signal(each, leave)
    return stop
