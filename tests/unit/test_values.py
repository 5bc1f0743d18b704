"""How values stand in columns."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palimpsest.storage.values import clean, decode_list, encode_list, micros, moment, public_id, record_range


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_time_comes_back_to_the_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at


def test_a_time_with_an_offset_is_the_same_instant() -> None:
    paris = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    assert moment(micros(paris)) == datetime(2026, 3, 1, 11, 0, tzinfo=UTC)


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros(datetime(2026, 3, 1))  # noqa: DTZ001


def test_none_stays_none() -> None:
    assert micros(None) is None
    assert moment(None) is None
    assert clean(None) is None


@pytest.mark.parametrize(
    ("dirty", "kept"),
    [("plain", "plain"), ("été", "été"), ("a\x00b", "a�b"), ("a\ud800b", "a�b"), ("😀", "😀")],
)
def test_texts_lose_only_what_no_database_can_hold(dirty: str, kept: str) -> None:
    assert clean(dirty) == kept


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))))
def test_lists_come_back(values: list[str]) -> None:
    assert decode_list(encode_list(values)) == tuple(values)


def test_a_versions_name_finds_its_record_however_it_is_shortened() -> None:
    record = uuid.uuid4()
    for digits in (4, 7, 20):
        span = record_range(public_id(record.bytes)[:digits])
        assert span is not None
        assert span[0] <= record.bytes <= span[1]
    assert record_range(str(record)) == (record.bytes, record.bytes)


@pytest.mark.parametrize("name", ["", "xyz", "0" * 33, "%"])
def test_what_cannot_be_a_name_is_none(name: str) -> None:
    assert record_range(name) is None
