"""Statements that stand ready: compiled once for a database, then run without SQLAlchemy's help.

To find out that it compiled a statement before, to prepare its values and to wrap its rows takes SQLAlchemy
many times as long as SQLite needs for an answer from an index. It pays for what each search asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, exc


class Ready:
    """A statement whose values are whole numbers, texts and lists of them, which drivers take as they are.

    Args:
        statement: What is asked; its values are named parameters.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._compiled: dict[str, tuple[str, Mapping[str, Any], Sequence[str] | None]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any] | None = None) -> list[Any]:
        """All rows, as tuples, by a connection that is in a transaction or begins one.

        Args:
            connection: To read by.
            values: By the names of the parameters; others that are given are not looked at.
        """
        said, usual, order = self._compiled.get(connection.dialect.name) or self._compile(connection)
        if not connection.in_transaction():
            connection.begin()
        given = {**usual, **values} if values else usual
        try:
            cursor = connection.connection.cursor()
            cursor.execute(said, given if order is None else [given[name] for name in order])
            return list(cursor.fetchall())
        except connection.dialect.loaded_dbapi.Error as error:
            raise exc.DBAPIError(said, given, error) from error

    def _compile(self, connection: Connection) -> tuple[str, Mapping[str, Any], Sequence[str] | None]:
        compiled: Any = self.statement.compile(connection)
        usual = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
        # SQLite is given values by their places, PostgreSQL by their names.
        made = compiled.string, usual, compiled.positiontup
        self._compiled[connection.dialect.name] = made
        return made
