"""How far it is: moved over itself on a terminal, told now and then in a log, and never on stdout."""

from __future__ import annotations

import io

import pytest

from palimpsest.cli import counting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SELDOM", 0.0)
    with counting.counting() as tell:
        tell("captures", 1_250)
        tell("versions", 5, 10)
    said = capsys.readouterr()
    assert said.err == "1,250 captures\n5 of 10 versions (50%)\n"
    assert said.out == ""


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with counting.counting() as tell:
        tell("captures", 1)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_one_line_that_is_wiped_away_however_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(counting, "EVERY", 0.0)

    def stopped_at_half() -> None:
        with counting.counting() as tell:
            tell("versions", 1, 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_at_half()
    assert terminal.getvalue() == "\r\x1b[K1 of 2 versions (50%)\r\x1b[K"
