"""Draw a terminal's output as SVG, for the README: `COMMAND | python docs/picture.py OUT.svg TITLE`."""

from __future__ import annotations

import io
import sys

from rich.console import Console
from rich.text import Text


def main() -> None:
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(sys.stdin.read().rstrip()))
    console.save_svg(sys.argv[1], title=sys.argv[2])


if __name__ == "__main__":
    main()
