"""What stands around a story and changes with every request: counters, rails, ads, tokens.

None of it is news, all of it is on the page; a reader of versions must not be misled by it. It is
drawn from a random source that the caller seeds, so a run of requests can be repeated.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib import resources

from .stories import Edition, Outlet, Story


def furnish(edition: Edition, outlet: Outlet, story: Story | None, chance: random.Random) -> dict[str, str]:
    """The values of the furniture's places in a template, ready as HTML."""
    words = outlet.words
    others = [other for other in edition.running(outlet) if other is not story]
    views = f"{chance.randint(1000, 9000):,}".replace(",", words["thousands"])
    return {
        "views": f"{views} {words['views']}",
        "minutes_ago": words["updated_ago"].format(n=chance.randint(2, 59)),
        "comment_count": str(chance.randint(0, 400)),
        "share_count": str(chance.randint(5, 2000)),
        "online": str(chance.randint(200, 4000)),
        "rail": _links(edition, chance.sample(others, min(4, len(others))), words, chance),
        "most_read": _links(edition, chance.sample(others, min(5, len(others))), words, chance),
        "also": _also(edition, others, words, chance),
        "weather": f"{chance.randint(4, 19)} °C",
        "ad": _ad(words, chance),
        "ad_inline": _ad(words, chance),
        "nonce": f"{chance.getrandbits(96):024x}",
        "state": escape(_state(outlet, chance), quote=False),
        "style": _style(),
        "script": _template("script.js"),
    }


def _links(
    edition: Edition, stories: Sequence[Story], words: Mapping[str, str], chance: random.Random
) -> str:
    items = [
        f'<li><a href="{escape(edition.url(story))}?ref=rail{n}" data-pos="{n}">'
        f"{escape(edition.copies[story.name].title)}</a></li>"
        for n, story in enumerate(stories, 1)
    ]
    promos = [p.strip() for p in words["promos"].split("|")]
    items += [
        f'<li class="sponsored"><a rel="sponsored nofollow" href="https://promo.example/{chance.getrandbits(32):x}">{escape(p)}</a></li>'
        for p in chance.sample(promos, 2)
    ]
    chance.shuffle(items)
    return "".join(items)


def _also(edition: Edition, others: Sequence[Story], words: Mapping[str, str], chance: random.Random) -> str:
    if not others:
        return ""
    story = chance.choice(others)
    return (
        f'<aside class="read-also"><span class="read-also__label">{escape(words["read_also"])}</span> '
        f'<a href="{escape(edition.url(story))}">{escape(edition.copies[story.name].title)}</a></aside>'
    )


def _ad(words: Mapping[str, str], chance: random.Random) -> str:
    slot, size = chance.getrandbits(40), chance.choice(("300x250", "728x90", "fluid"))
    return (
        f'<div class="ad-slot" id="ad-{slot:x}" data-size="{size}">'
        f'<span class="ad-label">{escape(words["ad"])}</span>'
        f'<iframe title="{escape(words["ad"])}" src="about:blank" data-cb="{slot:x}"></iframe></div>'
    )


def _state(outlet: Outlet, chance: random.Random) -> str:
    slots = [
        {
            "id": f"slot-{n}",
            "unit": f"/2207/{outlet.slug}/{n}",
            "bid": round(chance.random(), 4),
            "sizes": [[300, 250], [728, 90]],
        }
        for n in range(24)
    ]
    flags = {f"feature_{n:02d}": chance.random() < 0.5 for n in range(40)}
    return json.dumps(
        {"site": outlet.slug, "session": f"{chance.getrandbits(128):032x}", "slots": slots, "flags": flags}
    )


def _utilities() -> str:
    """Utility classes by the hundred, as a built style sheet has them."""
    rules = []
    for n in range(0, 65, 2):
        for name, prop in (("m", "margin"), ("p", "padding"), ("mt", "margin-top"), ("pb", "padding-bottom")):
            rules.append(f".u-{name}-{n}{{{prop}:{n}px!important}}")
    for n in range(1, 13):
        rules += [f".col-{n}{{flex:0 0 {n / 12:.4%};max-width:{n / 12:.4%}}}" for _ in range(1)]
        rules.append(
            f"@media(min-width:768px){{.col-md-{n}{{flex:0 0 {n / 12:.4%};max-width:{n / 12:.4%}}}}}"
        )
    return "".join(rules)


@cache
def _style() -> str:
    return _template("style.css") + _utilities()


@cache
def _template(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text("utf-8")
