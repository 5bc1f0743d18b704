"""Draw a terminal's output as SVG, for the README: `COMMAND | python docs/picture.py OUT.svg TITLE`."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text


def main() -> None:
    out, title = sys.argv[1:]
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(sys.stdin.read().rstrip()))
    picture = console.export_svg(title=title)
    # No fonts from elsewhere: whoever looks at the picture has a monospaced one.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL).replace("Fira Code, ", "")
    Path(out).write_text(picture, "utf-8")


if __name__ == "__main__":
    main()
