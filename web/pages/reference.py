"""What programs can ask for, as a page for people: the API by its own description.

The page is made of the same OpenAPI document that programs read, so it cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from ..rendering import page
from ..room import base_url

router = APIRouter()
METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter or a member of a body: its name, what it may be, whether it must be given, its meaning."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for."""

    method: str
    path: str
    text: str
    fields: tuple[Field, ...]
    is_body: bool  # whether the fields are members of a JSON body beside those in the path


@router.get("/api")
def reference(request: Request) -> HTMLResponse:
    """The API's operations by what they are about."""
    app: FastAPI = request.app
    described = app.openapi()
    by_tag: dict[str, list[Operation]] = {}
    for path, operations in described["paths"].items():
        for method in METHODS:
            if found := operations.get(method):
                by_tag.setdefault(found["tags"][0], []).append(_operation(described, path, method, found))
    return page(request, "api.html", by_tag=by_tag, base=base_url(request))


def _operation(described: Mapping[str, Any], path: str, method: str, found: Mapping[str, Any]) -> Operation:
    fields = [
        Field(
            name=one["name"],
            kind=_kind(described, one["schema"]),
            required=one["required"],
            text=one.get("description", ""),
        )
        for one in found.get("parameters", ())
    ]
    body = found.get("requestBody")
    if body:
        schema = _resolved(described, body["content"]["application/json"]["schema"])
        fields += [
            Field(
                name=name,
                kind=_kind(described, one),
                required=name in schema.get("required", ()),
                text=one.get("description", ""),
            )
            for name, one in schema["properties"].items()
        ]
    return Operation(
        method=method.upper(), path=path, text=found["description"], fields=tuple(fields), is_body=bool(body)
    )


def _kind(described: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a value may be, in a few words; null is left out, since it means the same as leaving it out."""
    schema = _resolved(described, schema)
    if "anyOf" in schema:
        kinds = (_kind(described, one) for one in schema["anyOf"] if one.get("type") != "null")
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return _listed(schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"{_kind(described, schema['items'])} (several)"
    low, high = schema.get("minimum"), schema.get("maximum")
    span = f" {low} to {high}" if low is not None and high is not None else ""
    return f"{schema.get('format') or schema.get('type', 'any')}{span}"


def _listed(values: Iterable[object]) -> str:
    return " | ".join(map(str, values))


def _resolved(described: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Mapping[str, Any] = described["components"]["schemas"][name] if name else schema
    return found
