"""Alerts: changes are held against watches, and what meets one is sent where its owner wants it.

::

    asking     what somebody asks for, made into a watch
    rules      whether a change meets a watch, and why; pure
    outbox     the next changes of the log become alerts, once each
    compose    an alert as a message: headlines, word diff, links
    channels   where messages go: Apprise's services, signed webhooks, Atom files
    timing     quiet hours, digests, back-off; pure
    pump       one round of all that is due
    operator   news of sources that turned bad, for whoever runs the archive

Nothing here crawls, and no crawl waits for anything here.
"""

from .asking import describe, new_watch
from .operator import operator_channels, tell_operator
from .outbox import match_changes, replay
from .pump import Counts, pump
from .rules import Judgement, Subject, judge

__all__ = [
    "Counts",
    "Judgement",
    "Subject",
    "describe",
    "judge",
    "match_changes",
    "new_watch",
    "operator_channels",
    "pump",
    "replay",
    "tell_operator",
]
