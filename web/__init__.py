"""The reading room: pages, JSON API, Memento, feeds and figures over one archive, through FastAPI.

It reads the archive and writes only what a person with a key or a watch's token asks for. Everything
archived is hostile: text is escaped, stored HTML is sanitised and boxed in, nothing is loaded from
outside. No page needs JavaScript; none has any. Not here: fetching, and what an edit means.
"""

from .app import create_app
from .server import Address, serving

__all__ = ["Address", "create_app", "serving"]
