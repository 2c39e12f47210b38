"""Brings the tables of an older file in step: what is missing is added, nothing is taken away."""

from collections import defaultdict

from sqlalchemy import Engine, MetaData
from sqlalchemy.schema import CreateColumn

_COLUMNS = """
    SELECT tables.name, columns.name
    FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
    WHERE tables.type = 'table'
"""


def bring_in_step(engine: Engine, metadata: MetaData) -> None:
    """Make missing tables, and add missing columns with their defaults."""
    with engine.begin() as connection:
        known: dict[str, set[str]] = defaultdict(set)
        for table_name, column_name in connection.exec_driver_sql(_COLUMNS):
            known[table_name].add(column_name)
        for table in metadata.sorted_tables:
            if table.name not in known:
                table.create(connection)
                continue
            for column in table.columns:
                if column.name not in known[table.name]:
                    described = CreateColumn(column).compile(engine)
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {described}")
