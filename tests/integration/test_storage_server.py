"""A database server that cannot be used is named, and nothing of its secrets is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from palimpsest.errors import StoreError
from palimpsest.settings import CONFIG_NAME
from palimpsest.storage import open_archive


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://archivist:secret@127.0.0.1:1/news"
    (tmp_path / CONFIG_NAME).write_text(f'database = "{url}"\n', "utf-8")
    with pytest.raises(
        StoreError, match=r"archivist:\*\*\*@127\.0\.0\.1:1/news: the database server"
    ) as told:
        open_archive(tmp_path)
    assert "secret" not in str(told.value)
