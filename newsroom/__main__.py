"""Serves the newsroom by hand: `python -m palimpsest.newsroom --port 8765`.

It prints the addresses and goes a step on at each Enter, or by itself with `--every`; what is edited
at a step is told as it happens.
"""

from __future__ import annotations

import argparse
import sys
import time

from .room import LAST_STEP, Newsroom


def main() -> None:
    """Serve until the input ends or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m palimpsest.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1 (default: 8765)")
    parser.add_argument("--step", type=int, default=0, help="step to begin with (default: 0)")
    parser.add_argument("--every", type=float, metavar="SECONDS", help="advance by itself, not at Enter")
    parser.add_argument("--real-time", action="store_true", help="date stories by the clock of this machine")
    args = parser.parse_args()
    room = (
        Newsroom(args.port, pace=None, step=args.step)
        if args.real_time
        else Newsroom(args.port, step=args.step)
    )
    with room as news:
        _tell(_addresses(news))
        try:
            while args.every or sys.stdin.readline():
                if args.every:
                    time.sleep(args.every)
                if news.step < LAST_STEP:
                    news.advance()
                    _tell(_edits(news))
        except KeyboardInterrupt:
            _tell("closed")


def _addresses(news: Newsroom) -> str:
    lines = [f"{outlet.name:24}{outlet.home}" for outlet in news.outlets]
    lines += ["", f"curl --resolve '*:{news.port}:127.0.0.1' {news.outlets[0].home}", ""]
    return "\n".join([*lines, f"step {news.step} of {LAST_STEP}; Enter goes on"])


def _edits(news: Newsroom) -> str:
    edits = [edit for edit in news.script() if edit.step == news.step]
    lines = [f"  {edit.kind:18}{edit.verdict:8}{edit.url}" for edit in edits]
    return "\n".join([f"step {news.step} of {LAST_STEP}", *lines])


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
