"""The API against its own description: schemathesis asks what the description allows, and what it forbids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from palimpsest.model import Source
from palimpsest.settings import Settings
from palimpsest.storage import Watch, create_archive, open_archive
from palimpsest.web import create_app

from ..conftest import NOW
from .reading_room import BODY, look

load_all_checks()
KEY = "whoever started it"
EXAMPLES = 20  # of each operation
# Queries, moments and cursors have a language of their own that JSON Schema cannot tell: a 400 is right.
LEFT_OUT = [positive_data_acceptance]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("api") / "news"
    create_archive(folder).close()
    # The transport calls itself testserver; and it asks more than anybody may within a minute.
    asked = Settings.load(folder, web={"hosts": ("testserver",), "rate": 10**6})
    with open_archive(folder, settings=asked) as archive:
        source = archive.add_source(Source(slug="herald", name="The Herald", home="https://herald.example/"))
        for hours, number in ((0, 12), (1, 21)):
            look(archive, "vote", hours, f"Council votes {number} to 4", BODY, source_id=source.id)
        archive.add_watch(Watch(source="herald"), now=NOW)
        archive.seal(now=NOW)
        yield create_app(archive, local_key=KEY)


def test_the_description_is_openapi_3_1_and_names_every_operation_once(app: FastAPI) -> None:
    described = app.openapi()
    assert described["openapi"].startswith("3.1.")
    operations = [one for path in described["paths"].values() for one in path.values()]
    assert len(operations) > 30
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(path.startswith("/v1/") for path in described["paths"])
    assert all({"400", "404", "429"} <= one["responses"].keys() for one in operations)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked_is_answered_as_described(app: FastAPI, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=LEFT_OUT)

        try:
            check()
        except Exception as error:
            if "Unsatisfiable" not in type(error).__name__:  # an operation that nothing can be wrong with
                raise
        asked += 1
    assert asked > 30
