"""The reading room: pages, API, Memento and feeds over one archive. `create_app` makes it."""

from .app import create_app

__all__ = ["create_app"]
