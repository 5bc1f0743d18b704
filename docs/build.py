"""Write the reference of commands and settings, and check the docs.

    python docs/build.py            writes docs/reference/*.md
    python docs/build.py --check    fails if they are not up to date, or if a link leads nowhere

The reference comes from the program itself, so it cannot say what is not so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from palimpsest.cli import app
from palimpsest.settings import Settings

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
NOTE = "<!-- Written by docs/build.py from the program; do not edit. -->\n"


def commands() -> str:
    """Every command with the help it prints."""
    parts = [NOTE, "# Commands\n", (sys.modules["palimpsest.cli"].__doc__ or "").strip() + "\n"]
    for path, command in walk(app, ("palimpsest",)):
        name = " ".join(path)
        ctx = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
        parts.append(f"## {name}\n\n```text\n{command.get_help(ctx)}\n```\n")
    return "\n".join(parts)


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """`command` and all below it, with the words that call each."""
    yield path, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            if child is not None:
                yield from walk(child, (*path, name))


def settings() -> str:
    """Every setting with default and reason."""
    parts = [NOTE, "# Settings\n", (sys.modules["palimpsest.settings"].__doc__ or "").strip() + "\n"]
    parts += section(Settings, "")
    return "\n".join(parts) + "\n"


def section(model: type[BaseModel], prefix: str) -> list[str]:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    below: list[str] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            below += [f"\n## [{name}]\n", (kind.__doc__ or "").strip() + "\n", *section(kind, f"{name}.")]
            continue
        default = (
            field.default
            if field.default is not PydanticUndefined
            else field.get_default(call_default_factory=True)
        )
        rows.append(f"| `{prefix}{name}` | `{default!r}` | {field.description} |")
    return [*rows, *below]


def broken_links() -> list[str]:
    """Relative links in our Markdown that lead to no file."""
    problems: list[str] = []
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]:
        links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text("utf-8"))
        dead = [link for link in links if not (page.parent / link).exists()]
        problems += [f"{page.relative_to(ROOT)}: no such file: {link}" for link in dead]
    return problems


def main() -> int:
    pages = {DOCS / "reference" / "commands.md": commands(), DOCS / "reference" / "settings.md": settings()}
    if "--check" not in sys.argv:
        for path, text in pages.items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return 0
    problems = [
        f"{path.relative_to(ROOT)} is not up to date; run: python docs/build.py"
        for path, text in pages.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    problems += broken_links()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"docs: {len(pages)} reference pages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
