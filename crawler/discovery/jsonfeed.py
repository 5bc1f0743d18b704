"""JSON Feed 1 and 1.1 (https://www.jsonfeed.org/version/1.1/), read into a harvest.

The same guards hold as for XML: whatever the values are, only our errors come out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...errors import BadFeed
from .dates import read_date
from .harvest import Harvest


def read_items(text: str, url: str, harvest: Harvest) -> Mapping[str, Any]:
    """Read the items of a JSON Feed into `harvest`.

    Args:
        text: The document.
        url: Its address.
        harvest: Where the leads go.

    Returns:
        The feed's object, for its `title`, `home_page_url` and `language` (of any type).

    Raises:
        BadFeed: Not JSON, or not a JSON Feed.
    """
    try:
        about: dict[str, Any] = json.loads(text.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:  # broken; or nested or numbered beyond reason
        raise BadFeed("the JSON feed cannot be read", url=url) from error
    items = about.get("items")
    if "jsonfeed.org" not in str(about.get("version"))[:100] or not isinstance(items, list):
        raise BadFeed("this is JSON, but not a JSON Feed", url=url)
    for item in items:
        if not isinstance(item, dict):
            harvest.refuse("that are no items")
            continue
        # external_url is where a link blog points to; the item's own page is `url`.
        candidates = (item.get("url"), item.get("id"), item.get("external_url"))
        texts = (_text(candidate) or "" for candidate in candidates)
        address = next((text for text in texts if text == candidates[0] or "://" in text), "")
        if not address.strip():
            harvest.refuse("without a link")
            continue
        harvest.add(
            address,
            title=_text(item.get("title")),
            published=read_date(_text(item.get("date_published"))),
            updated=read_date(_text(item.get("date_modified"))),
            base=url,
        )
    return about


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
