"""Invented outlets on loopback, for the demo and the tests.

Their stories appear, are edited, corrected, retitled and withdrawn on a script of steps; the script
says what each edit must come to. Nothing here is part of an archive, and no outlet, firm, place or
person in it exists, but for the text of the one example article.
"""

from .edits import OPERATORS, Standing, Verdict
from .room import LAST_STEP, START, Newsroom
from .script import Edit
from .stories import Outlet, Story

__all__ = ["LAST_STEP", "OPERATORS", "START", "Edit", "Newsroom", "Outlet", "Standing", "Story", "Verdict"]
