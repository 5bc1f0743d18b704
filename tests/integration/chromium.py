"""The browser of the tests that drive one; where it is missing they are skipped and say what is not there."""

from __future__ import annotations

import importlib.util
import os

import pytest

from palimpsest.settings import Settings

CHROMIUM = Settings().browser.executable
_MISSING = [
    name
    for name, there in (
        ("Playwright (pip install 'palimpsest[browser]')", importlib.util.find_spec("playwright")),
        (f"Chromium at {CHROMIUM}", os.access(CHROMIUM, os.X_OK)),
    )
    if not there
]
needs_browser = pytest.mark.skipif(bool(_MISSING), reason=f"not installed: {', '.join(_MISSING)}")
