"""The marks that stand for days of publication: the right ones, and few."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.storage.search_words import date_marks, marks_between


@pytest.mark.parametrize(
    ("first", "last", "marks"),
    [
        (20260101, 20261231, ["=y2026"]),
        (20250101, 20261231, ["=y2025", "=y2026"]),
        (20261001, 20261031, ["=m202610"]),
        (20260201, 20260231, ["=m202602"]),  # as a month is asked for
        (20230201, 20230228, ["=m202302"]),
        (20261201, 20261231, ["=m202612"]),
        (20261015, 20261015, ["=p20261015"]),
        (20260330, 20260502, ["=p20260330", "=p20260331", "=m202604", "=p20260501", "=p20260502"]),
        (20251130, 20270101, ["=y2026", "=p20251130", "=m202512", "=p20270101"]),
        (0, 20021231, ["=y0*", "=y1*", "=y2000", "=y2001", "=y2002"]),
        (
            20980101,
            99991231,
            ["=y2098", "=y2099", *(f"=y2{k}*" for k in range(1, 10)), *(f"=y{k}*" for k in range(3, 10))],
        ),
    ],
)
def test_whole_years_and_months_are_looked_up_as_one(first: int, last: int, marks: list[str]) -> None:
    assert [f"{mark}*" if begins else mark for mark, begins in marks_between(first, last)] == marks


days = st.one_of(st.dates(), st.dates(date(2023, 12, 1), date(2025, 2, 1)))


@given(days, days, days)
def test_a_day_is_found_between_two_exactly_where_it_lies_between_them(a: date, b: date, day: date) -> None:
    first, last = sorted((a, b))
    looked = marks_between(*(one.year * 10_000 + one.month * 100 + one.day for one in (first, last)))
    marks = date_marks(day.isoformat().replace("-", ""))
    found = any(one.startswith(mark) if begins else one == mark for mark, begins in looked for one in marks)
    assert found == (first <= day <= last)
