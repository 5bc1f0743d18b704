"""Dockerfile, compose.yaml and docs/container.md name nothing that the program does not have."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from palimpsest.cli import app
from palimpsest.cli.serving import PORT
from palimpsest.settings import Settings
from palimpsest.web import probes

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
PAGE = (ROOT / "docs/container.md").read_text("utf-8")
OURS = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "palimpsest"}
EXECUTE = re.compile(r"docker compose (run --rm|up --detach|build) ([a-z-]+)(.*?)(?=[`\n])")


def said(instruction: str) -> list[str]:
    """What stands behind an instruction of the Dockerfile, in order."""
    return re.findall(rf"(?m)^\s*{instruction} +(.*)$", DOCKERFILE)


def parse(words: list[str]) -> click.Context:
    """The innermost command that words call, its options and arguments read; nothing is run."""
    command: click.Command = app
    ctx = click.Context(command, info_name="palimpsest")
    while isinstance(command, click.Group):
        _, found, words = command.resolve_command(ctx, words)
        assert found is not None
        command = found
        if isinstance(command, click.Group):
            ctx = click.Context(command, parent=ctx)
    return command.make_context(command.name, words, parent=ctx)


def is_setting(variable: str) -> bool:
    """Whether an environment variable sets something."""
    fields: Any = Settings
    for name in variable.removeprefix("PALIMPSEST_").lower().split("__"):
        if not (isinstance(fields, type) and issubclass(fields, BaseModel) and name in fields.model_fields):
            return False
        fields = fields.model_fields[name].annotation
    return True


def test_the_image_starts_a_command_that_there_is_and_listens_where_it_is_published() -> None:
    assert json.loads(said("ENTRYPOINT")[0]) == ["palimpsest"]
    started = parse(json.loads(said("CMD")[-1]))
    assert started.command.name == "run"
    assert (started.params["with_room"], started.params["host"]) == (True, "0.0.0.0")
    assert started.params["port"] == PORT == int(said("EXPOSE")[0])
    for one in OURS.values():
        assert one["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]  # on this machine alone


def test_the_image_is_asked_for_its_health_where_there_is_an_answer() -> None:
    (path,) = re.findall(rf"http://127\.0\.0\.1:{PORT}(/[a-z]+)", DOCKERFILE)
    assert path in {route.path for route in probes.router.routes}  # type: ignore[attr-defined]


def test_the_image_runs_as_nobody_in_particular_on_the_volume_that_is_its_archive() -> None:
    assert said("USER") == ["palimpsest"]
    assert said("VOLUME") == said("WORKDIR")[-1:] == ["/archive"]
    (option,) = (one for one in app.params if one.name == "directory")
    assert f"{option.envvar}=/archive" in said("ENV")[0].split()
    assert all(volume.endswith(":/archive") for one in OURS.values() for volume in one["volumes"])


def test_both_stages_stand_on_one_base_and_take_the_lock_at_its_digests() -> None:
    assert len({base.split()[0] for base in said("FROM")}) == 1
    assert "--require-hashes" in DOCKERFILE
    assert "requirements.lock" in DOCKERFILE
    assert "index-url" not in DOCKERFILE


@pytest.mark.parametrize("words", [found[2] for found in EXECUTE.findall(PAGE) if found[0] == "run --rm"])
def test_every_command_of_the_page_is_one_of_the_program(words: str) -> None:
    parse(shlex.split(words, comments=True))


def test_the_page_names_services_and_settings_that_there_are() -> None:
    services = {service for _, service, _ in EXECUTE.findall(PAGE)}
    assert services == set(OURS)
    for text in (PAGE, json.dumps(COMPOSE)):
        for variable in re.findall(r"PALIMPSEST_\w+", text):
            assert is_setting(variable), variable
    assert not is_setting("PALIMPSEST_FETCH__NOTHING")


def test_postgres_is_waited_for_reached_by_its_name_and_has_no_password_of_ours() -> None:
    postgres = COMPOSE["services"]["postgres"]
    ours = OURS["palimpsest-postgres"]
    assert ours["depends_on"]["postgres"] == {"condition": "service_healthy"}
    user = postgres["environment"]["POSTGRES_USER"]
    assert ours["environment"]["PALIMPSEST_DATABASE"] == f"postgresql+psycopg://{user}@postgres/{user}"
    password = postgres["environment"]["POSTGRES_PASSWORD"]
    assert password == ours["environment"]["PGPASSWORD"] == "${POSTGRES_PASSWORD:-}"
    assert "ports" not in postgres
    used = {v.split(":")[0] for one in COMPOSE["services"].values() for v in one["volumes"]}
    assert used == set(COMPOSE["volumes"])


def test_the_image_is_made_of_the_program_and_of_no_archive() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]

    def left_out(path: str) -> bool:
        tops = ["/".join(path.split("/")[: k + 1]) for k in range(path.count("/") + 1)]
        return any(
            fnmatchcase(top, pattern) or (pattern.startswith("**/") and fnmatchcase(top, pattern[3:]))
            for top in tops
            for pattern in patterns
        )

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for package in project["tool"]["setuptools"]["packages"]:
        assert not left_out(package.removeprefix("palimpsest").lstrip(".").replace(".", "/") or "errors.py")
    for path in ("pyproject.toml", "requirements.lock", "README.md", "LICENSE", "py.typed"):
        assert not left_out(path)
    for path in (
        ".git",
        ".env",
        ".venv/bin",
        "archive.db",
        "news/archive.db-wal",
        "news/ledger.key",
        "tests",
    ):
        assert left_out(path), path
    assert "COPY . ./" in DOCKERFILE
