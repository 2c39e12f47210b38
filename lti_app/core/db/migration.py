"""Run migrations. Only commands import this; a web process never loads Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lti_app.core.db.database import Database
from lti_app.core.paths import resource_path


def _config(database: Database | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_path("migrations")))
    if database is not None:
        config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run the migrations up to a revision."""
    command.upgrade(_config(database), revision)


def downgrade(database: Database, revision: str) -> None:
    """Undo the migrations down to a revision; `base` undoes all."""
    command.downgrade(_config(database), revision)


def current_revision(database: Database) -> str | None:
    """Return the revision of this database; None when it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the newest revision there is."""
    return _script().get_current_head()


def is_known(revision: str) -> bool:
    """Whether this code has the revision; one that it lacks was made by a newer version."""
    return any(one.revision == revision for one in _script().walk_revisions())


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
