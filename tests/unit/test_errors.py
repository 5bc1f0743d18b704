"""The error tree."""

from __future__ import annotations

import pickle

from palimpsest import errors


def test_an_error_shows_url_source_and_cause() -> None:
    error = errors.BadFeed("the feed is no XML", url="http://a.example/rss", source="a")
    error.__cause__ = ValueError("line 3")
    assert str(error) == (
        "the feed is no XML | url: http://a.example/rss | source: a | cause: ValueError: line 3"
    )


def test_what_the_message_names_already_is_not_said_twice() -> None:
    assert str(errors.NotFound("no source 'a'", source="a")) == "no source 'a'"


def test_errors_keep_their_fields_across_processes() -> None:
    error = errors.TryLater("later", url="http://a.example/", after=30.0)
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.message, back.url, back.after) == (errors.TryLater, "later", error.url, 30.0)


def test_every_error_is_drawn_in_the_docstring() -> None:
    kinds = [
        v for v in vars(errors).values() if isinstance(v, type) and issubclass(v, errors.PalimpsestError)
    ]
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in kinds if kind.__name__ not in errors.__doc__] == []
