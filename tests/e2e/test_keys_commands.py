"""`keys`: made, listed and revoked; the secret is shown once and kept nowhere."""

from __future__ import annotations

import json

from .conftest import Shell


def test_a_key_is_made_listed_and_revoked_and_its_secret_is_shown_once(shell: Shell) -> None:
    done = shell.run(
        "keys", "add", "reading-hall", "--scope", "read", "--scope", "watches", "--expires", "2099-01-01"
    )
    secret = done.stdout.strip()
    assert len(secret) > 40
    assert "\n" not in secret
    listed = shell.run("keys", "list", "--json")
    assert secret not in listed.stdout
    (key,) = json.loads(listed.stdout)
    assert key["name"] == "reading-hall"
    assert sorted(key["scopes"]) == ["read", "watches"]
    shell.run("keys", "revoke", "reading-hall")
    assert secret.encode() not in (shell.directory / "archive.db").read_bytes()
    assert "reading-hall" in shell.run("keys", "revoke", "reading-hall", code=3).stderr


def test_a_key_that_cannot_be_is_refused_with_what_to_mend(shell: Shell) -> None:
    assert "scope" in shell.run("keys", "add", "desk", "--scope", "everything", code=2).stderr
    assert shell.run("keys", "add", "desk", "--expires", "1999-01-01", code=2).stderr
    shell.run("keys", "add", "desk", "--scope", "runs")
    assert "desk" in shell.run("keys", "add", "desk", "--scope", "runs", code=2).stderr
