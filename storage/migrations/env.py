"""Alembic's environment: it runs on the connection, and in the transaction, that `upgrade` gives it."""

from __future__ import annotations

from alembic import context

from palimpsest.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
