"""The history of the tables, oldest first, one numbered file a change.

To add one, as a developer: change `storage/models.py`, write `versions/v0002_….py` after the pattern of
its predecessor and raise `storage.schema.LATEST`; a test tells whether tables and models agree.
"""

from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection) -> Config:
    """What Alembic needs to work on an open connection; there is no ini file to find or to forget."""
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    return config
