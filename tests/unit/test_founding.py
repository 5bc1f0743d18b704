"""An archive's directory and its palimpsest.toml."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest

from palimpsest.errors import BadSetting, CannotWrite, WrongArchive
from palimpsest.settings import CONFIG_NAME, Settings
from palimpsest.storage import founding


def test_the_file_written_says_every_setting_and_changes_none(tmp_path: Path) -> None:
    founding.found(tmp_path, None)
    text = (tmp_path / CONFIG_NAME).read_text("utf-8")
    assert Settings.load(tmp_path) == Settings()
    for name in [*Settings.model_fields, "delay", "workers", "revisit", "resolve"]:
        assert name in text


def test_every_commented_setting_is_valid_once_uncommented(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") if line[1:2] != " " else "" for line in founding.config_lines(None)]
    (tmp_path / CONFIG_NAME).write_text("\n".join(lines), "utf-8")
    assert tomllib.loads("\n".join(lines))
    assert Settings.load(tmp_path) == Settings()


def test_a_database_with_a_password_is_written_for_the_owners_eyes(tmp_path: Path) -> None:
    founding.found(tmp_path, "postgresql+psycopg://me:secret@db.example/news")
    path = tmp_path / CONFIG_NAME
    assert Settings.load(tmp_path).database == "postgresql+psycopg://me:secret@db.example/news"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_settings_that_stand_there_are_kept(tmp_path: Path) -> None:
    (tmp_path / CONFIG_NAME).write_text("[fetch]\ndelay = 7.0\n", "utf-8")
    founding.found(tmp_path, None)
    assert Settings.load(tmp_path).fetch.delay == 7.0
    with pytest.raises(BadSetting):
        founding.found(tmp_path, "postgresql://elsewhere/news")


@pytest.mark.parametrize("url", ["mysql://db/news", "not a url", "sqlite://"])
def test_a_database_that_cannot_be_is_refused_before_anything_is_written(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSetting):
        founding.found(tmp_path / "new", url)
    assert not (tmp_path / "new").exists()


def test_a_relative_file_lies_in_the_archives_directory(tmp_path: Path) -> None:
    assert founding.resolve(tmp_path, "sqlite:///archive.db").database == str(tmp_path / "archive.db")
    assert founding.resolve(tmp_path, "sqlite:////data/a.db").database == "/data/a.db"


def test_the_nearest_archive_above_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    founding.found(tmp_path, None)
    below = tmp_path / "notes" / "today"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert founding.find(None) == tmp_path
    with pytest.raises(WrongArchive):
        founding.find(below)


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(CannotWrite):
        founding.found(tmp_path / "file" / "archive", None)
