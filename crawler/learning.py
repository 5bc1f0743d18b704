"""Learning anew, now and then, how outlets edit: from the visits that the archive holds.

Each visit teaches a little at once (`planning`); here the newest articles' visits are read together, which
tells more of them, and forgets what outlets did long ago. How is `hindsight`'s and `lookback`'s matter.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Final

from ..storage import Archive
from .hindsight import learned
from .lookback import Log
from .planning import EVERYBODY, counts_of

ARTICLES: Final = 5000
"""How many of the newest articles are learned from: reading their visits takes seconds."""
_GROWN, _FEWEST, _MOST = 0.25, 100, 10_000  # visits since the last time, as a share of those before; bounds


def learn_if_due(archive: Archive) -> bool:
    """Learn anew if visits have grown by a quarter since the last time, or by ten thousand.

    What was learned when is kept with the counts: a process that is begun every day, or a crawl by hand,
    learns as one that never ends.
    """
    with archive.transaction() as tx:
        counts = counts_of(tx, EVERYBODY)
    if counts.visits - counts.learned < min(max(_FEWEST, _GROWN * counts.learned), _MOST):
        return False
    learn_anew(archive)
    return True


def learn_anew(archive: Archive) -> None:
    """Put what the newest articles' visits say together in place of what was counted visit by visit."""
    logs: defaultdict[int, list[Log]] = defaultdict(list)
    for visits in archive.visits(ARTICLES):
        logs[visits.source_id or EVERYBODY].append(Log.of(visits.looks))
    if not logs:
        return
    common, outlets = learned(logs)
    with archive.transaction() as tx:
        before = counts_of(tx, EVERYBODY)
        # What visits cost so far is no matter of what they say.
        common = replace(common, visits=before.visits, allowed=before.allowed, learned=before.visits)
        tx.set_edit_counts(EVERYBODY, common.to_json())
        for owner, counts in outlets.items():
            if owner != EVERYBODY:
                tx.set_edit_counts(owner, counts.to_json())
