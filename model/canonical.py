"""Values of the vocabulary as plain data that JSON can hold, and back.

How the JSON is written is the matter of whoever writes it (see `Extraction.to_json`).
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from .blocks import BLOCKS, Block

_Value = TypeVar("_Value")


def plain(value: Any) -> Any:
    """A value of the vocabulary as dicts, lists, texts and numbers, with what is a default left out."""
    kind: Any = type(value)
    if kind is tuple:
        return [plain(v) for v in value]
    if (named := _defaults(kind)) is None:
        return value
    out: dict[str, Any] = {"kind": value.kind} if kind in BLOCKS.values() else {}
    for name, default in named:
        here = getattr(value, name)
        if here != default:
            out[name] = plain(here)
    return out


def revived(kind: type[_Value], value: Any) -> _Value:
    """A value of the vocabulary out of what `plain` made of it; unknown keys are passed over."""
    revive = _reviver(typing.cast(Any, kind))
    assert revive is not None  # it has fields
    made = revive(value)
    assert isinstance(made, kind)
    return made


@functools.cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...] | None:
    """The fields of a dataclass with their defaults; None for what is none."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(
        (f.name, f.default_factory() if f.default_factory is not dataclasses.MISSING else f.default)
        for f in dataclasses.fields(kind)
    )


@functools.cache
def _reviver(hint: Any) -> Callable[[Any], Any] | None:
    """What makes a value of this type out of its JSON; None where it is that already."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint == Block:
        return _revive_block
    if origin in (typing.Union, types.UnionType):
        some = _reviver(next(a for a in args if a is not type(None)))
        return None if some is None else lambda value: None if value is None else some(value)
    if origin is tuple:
        each = _reviver(args[0])  # every tuple of the vocabulary is of one type
        return tuple if each is None else lambda value: tuple(map(each, value))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        parts = {f.name: _reviver(hints[f.name]) for f in dataclasses.fields(hint)}

        def make(value: dict[str, Any]) -> Any:
            known = {k: v if (part := parts[k]) is None else part(v) for k, v in value.items() if k in parts}
            return hint(**known)  # type: ignore[operator]

        return make
    return hint if isinstance(hint, type) and issubclass(hint, StrEnum) else None


def _revive_block(value: dict[str, Any]) -> Any:
    revive = _reviver(typing.cast(Any, BLOCKS[value["kind"]]))
    assert revive is not None  # a block has fields
    return revive(value)
