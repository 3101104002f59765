"""The SQLAlchemy dialect through which Great Expectations reads the DuckDB warehouse.

Why this module exists
----------------------
Great Expectations (GX 1.24.1, ``SqlAlchemyExecutionEngine.execute_query``) runs a query inside
``with engine.connect()``, leaves the block and only then reads the rows. Leaving the block gives the
connection back to the pool, the pool rolls it back, and DuckDB drops a pending result at rollback: every
expectation fails with ``IndexError: list index out of range`` (GX issue 11579). Other pool classes,
``AUTOCOMMIT`` or ``pool_reset_on_return=None`` do not help.

:class:`BufferedDuckDBDialect` fetches the whole result while the statement is still being executed
(``post_exec``) and serves the rows from memory. Nothing else of ``duckdb_engine`` changes.
Importing this module registers the dialect under its own driver name, so plain ``duckdb://`` engines
elsewhere are unaffected::

    import expectations.duckdb_dialect  # registers duckdb+medfund://

    engine = sqlalchemy.create_engine(warehouse_url(Path("warehouse.duckdb")))
    # duckdb+medfund:////data/warehouse.duckdb?access_mode=read_only

What to know
------------
* GX sees ``engine.dialect.name == "duckdb"``. Its ``GXSqlDialect`` has no such entry, so it falls back to
  ``OTHER`` and to generic SQL, which DuckDB understands. What needs a SQL dialect known to GX does not work:
  the regex and ``LIKE`` expectations and ``expect_column_values_to_be_of_type``. Write those as custom SQL.
* All rows of a result are held in memory. GX asks for counts, aggregates and failing rows; do not use this
  driver to read whole tables.
* A read-only and a writing connection cannot share a DuckDB file inside one process, and a file held open
  read-only cannot be written by another process. ``engine.dispose()`` lets go of the file; a GX data source
  has two engines (``get_engine()`` and ``get_execution_engine().engine``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from duckdb_engine import Dialect as DuckDBDialect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine import URL
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

__all__ = ["DRIVER_NAME", "BufferedDuckDBDialect", "BufferedExecutionContext", "warehouse_url"]

DRIVER_NAME: Final = "duckdb+medfund"
"""URL scheme of the dialect: ``duckdb+medfund:///path/to/file.duckdb``."""


class BufferedExecutionContext(PGExecutionContext_psycopg2):
    """Reads the complete result before the connection can be given back."""

    def post_exec(self) -> None:
        """Replace the live cursor by a buffer holding every row of the result."""
        super().post_exec()
        description = self.cursor.description
        if description:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, alternate_description=description, initial_buffer=self.cursor.fetchall()
            )


class BufferedDuckDBDialect(DuckDBDialect):
    """``duckdb_engine``'s dialect with fully buffered results."""

    driver = "medfund"
    # Not inherited on purpose by SQLAlchemy: every dialect class has to state it, or it warns.
    supports_statement_cache = False
    execution_ctx_cls = BufferedExecutionContext


def warehouse_url(database: Path, *, read_only: bool = True) -> str:
    """Return the SQLAlchemy URL of a DuckDB file, opened read-only unless told otherwise."""
    query = {"access_mode": "read_only"} if read_only else {}
    url = URL.create(DRIVER_NAME, database=str(database), query=query)
    return url.render_as_string(hide_password=False)


registry.register("duckdb.medfund", __name__, BufferedDuckDBDialect.__name__)
