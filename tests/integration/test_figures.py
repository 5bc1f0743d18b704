"""How a source publishes and edits, in figures: exact numbers of a small made history."""

from __future__ import annotations

from datetime import timedelta

from palimpsest.model import ChangeKind, Source
from palimpsest.storage import Archive

from ..conftest import HOUR, NOW
from .reading_room import BODY, look

DAY = timedelta(days=1)


def made(archive: Archive, source: Source) -> None:
    """Four articles of the Herald: edited soon, edited late with a notice, withdrawn, untouched."""
    own = {"source_id": source.id}
    look(archive, "soon", 0, "Council votes 12 to 4", **own)
    look(archive, "soon", 0.1, "Council votes 21 to 4", **own)  # a number and the headline, no notice
    look(archive, "soon", 30, "Council votes 21 to 4 again", **own)  # the headline, a day later
    look(archive, "late", 1, "Ferry returns", BODY + "It carries 340 people.", **own)
    notice = "Correction: an earlier version of this article gave a wrong number of people."
    look(archive, "late", 27, "Ferry returns", f"{BODY}It carries 430 people.\n\n{notice}", **own)
    look(archive, "gone", 2, "A story to be withdrawn", **own)
    look(archive, "gone", 3, "", gone=True, **own)
    look(archive, "gone", 4, "", gone=True, **own)
    look(archive, "still", 5, "A story that stays", **own)
    look(archive, "still", 6, "A story that stays", **own)
    look(archive, "foreign", 0, "Somebody else's 1")
    look(archive, "foreign", 1, "Somebody else's 2")


def test_the_figures_of_a_source_count_what_happened_to_its_articles(
    archive: Archive, source: Source
) -> None:
    made(archive, source)
    found = archive.figures(source.id, since=None, until=NOW + 10 * DAY)
    today = NOW.date()
    assert (found.articles, found.edited, found.edits) == (4, 2, 3)
    assert found.articles_by_day == ((today, 4),)
    assert found.edits_by_day == ((today, 1), (today + DAY, 2))
    assert found.first_edits == (1, 0, 0, 0, 1, 0, 0)
    assert found.median == 0.1 * HOUR
    assert (found.corrections, found.unannounced) == (2, 1)
    assert (found.withdrawn, found.restored) == (1, 0)
    assert dict(found.kinds)[ChangeKind.HEADLINE] == 2
    assert [(one.title, one.edits) for one in found.most_edited] == [
        ("Council votes 21 to 4 again", 2),
        ("Ferry returns", 1),
    ]


def test_a_notice_that_a_later_edit_brings_counts_within_a_week(archive: Archive, source: Source) -> None:
    notice = "\n\nCorrection: an earlier version of this article gave a wrong number."
    own = {"source_id": source.id}
    for name, hours in (("soon", 2), ("late", 9 * 24), ("never", 0)):
        look(archive, name, 0, "Ferry returns", BODY + "It carries 340 people.", **own)
        look(archive, name, 1, "Ferry returns", BODY + "It carries 430 people.", **own)
        if hours:
            look(archive, name, hours, "Ferry returns", BODY + "It carries 430 people." + notice, **own)
    found = archive.figures(source.id, since=None, until=NOW + 20 * DAY)
    assert (found.corrections, found.announced, found.announced_later, found.unannounced) == (3, 0, 1, 2)


def test_a_notice_of_before_an_edit_or_of_another_article_announces_nothing(
    archive: Archive, source: Source
) -> None:
    notice = "\n\nCorrection: an earlier version of this article gave a wrong number."
    own = {"source_id": source.id}
    look(archive, "ferry", 0, "Ferry returns", BODY + "It carries 340 people.", **own)
    look(archive, "ferry", 1, "Ferry returns", BODY + "It carries 430 people." + notice, **own)
    look(archive, "ferry", 2, "Ferry returns", BODY + "It carries 510 people." + notice, **own)
    look(archive, "other", 0, "Council votes 12 to 4", **own)
    look(archive, "other", 1, "Council votes 21 to 4", **own)
    found = archive.figures(source.id, since=None, until=NOW + DAY)
    assert (found.corrections, found.announced, found.announced_later, found.unannounced) == (3, 1, 0, 2)


def test_a_span_of_time_leaves_out_what_lies_beside_it(archive: Archive, source: Source) -> None:
    made(archive, source)
    found = archive.figures(source.id, since=NOW + HOUR, until=NOW + 28 * HOUR)
    assert (found.articles, found.edited, found.edits) == (3, 1, 1)
    none = archive.figures(source.id, since=NOW + 5 * DAY, until=NOW + 6 * DAY)
    assert (none.articles, none.edits, none.median, none.most_edited) == (0, 0, None, ())


def test_every_source_in_a_line(archive: Archive, source: Source) -> None:
    made(archive, source)
    (one,) = archive.figures_by_source(since=NOW + DAY).values()
    assert (one.articles, one.edited, one.edits) == (0, 0, 2)
    (all_of_it,) = archive.figures_by_source(since=NOW).values()
    assert (all_of_it.articles, all_of_it.edited, all_of_it.edits) == (4, 2, 3)
