"""Where settings come from, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from palimpsest import settings as module
from palimpsest.errors import BadSetting
from palimpsest.settings import Settings


def test_flags_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "palimpsest.toml").write_text("[fetch]\ndelay = 1\nretries = 9\ntimeout = 5\n")
    monkeypatch.setenv("PALIMPSEST_FETCH__DELAY", "2")
    monkeypatch.setenv("PALIMPSEST_FETCH__TIMEOUT", "6")
    loaded = Settings.load(tmp_path, fetch={"timeout": 7.0})
    assert (loaded.fetch.delay, loaded.fetch.retries, loaded.fetch.timeout) == (2.0, 9, 7.0)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[fetch]\ndelay = -1\n", "fetch.delay"),
        ("[fetch]\ndeley = 1\n", "fetch.deley"),
        ("colour = 'red'\n", "colour"),
        ("[fetch\n", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "palimpsest.toml").write_text(text)
    with pytest.raises(BadSetting, match=named):
        Settings.load(tmp_path)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PALIMPSEST_FETCH__DELAY", "soon"),
        ("PALIMPSEST_FETCH", "5"),
        ("PALIMPSEST_FETCH", '{"delay": "soon"}'),
        ("PALIMPSEST_FETCH", "delay=5"),
        ("PALIMPSEST_BROWSER__SOURCES", "herald, times"),
        ("palimpsest_crawl__batch", "-1"),
    ],
)
def test_a_wrong_variable_of_the_environment_is_named_and_not_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting) as caught:
        Settings.load(tmp_path)
    assert variable in caught.value.message
    assert "palimpsest.toml" not in caught.value.message


def test_the_user_agent_names_us_and_the_contact(tmp_path: Path) -> None:
    loaded = Settings.load(tmp_path, fetch={"contact": "archive@example.org"})
    assert loaded.user_agent.startswith("Palimpsest/")
    assert "archive@example.org" in loaded.user_agent


def test_scrapy_runs_safe_and_polite() -> None:
    assert module.REMOTE_CONTROL_ENABLED is False
    assert module.TELNETCONSOLE_ENABLED is False
    assert module.DOWNLOAD_VERIFY_CERTIFICATES is True
    assert module.COOKIES_ENABLED is False
    assert module.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert "palimpsest.crawler.fetching.addon.Addon" in module.ADDONS
