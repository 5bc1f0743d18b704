"""Lists by keyset: a cursor names the last row had, so that pages neither repeat nor miss while rows come."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request
from pydantic import BaseModel

from ...errors import FixInput

T = TypeVar("T")
MOST: Final = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
After = Annotated[
    str | None, Query(max_length=100, description="Where the page before ended; it stands in its `next`.")
]


class Listed(BaseModel, Generic[T]):
    """A page of a list."""

    items: list[T]
    next: str | None
    """Where the next page is; null: this was the last."""


def cursor(name: str, after: str | None) -> str | None:
    """What a cursor of the list `name` holds; None for the first page.

    Raises:
        FixInput: It is of another list, or was made up.
    """
    if after is None:
        return None
    found = re.fullmatch(rf"{name}-([0-9.]+)", after, re.ASCII)
    if not found:
        raise FixInput("after= is not where a page of this list ended; begin without it")
    return found[1]


def row_cursor(name: str, after: str | None) -> int | None:
    """What a cursor holds where that is the id of a row; see `cursor`."""
    held = cursor(name, after)
    if held is not None and (not held.isdigit() or int(held) >= 2**62):
        raise FixInput("after= is not where a page of this list ended; begin without it")
    return None if held is None else int(held)


def following(request: Request, name: str, after: object) -> str | None:
    """The address of the page that follows, all else being asked as before; None for None."""
    if after is None:
        return None
    asked = [(key, value) for key, value in request.query_params.multi_items() if key != "after"]
    return f"{request.url.path}?{urlencode([*asked, ('after', f'{name}-{after}')])}"


def cut(rows: Sequence[T], limit: int) -> tuple[Sequence[T], T | None]:
    """The rows of a page, of which one more was read; and the last of them, where others follow."""
    return rows[:limit], rows[limit - 1] if len(rows) > limit else None
