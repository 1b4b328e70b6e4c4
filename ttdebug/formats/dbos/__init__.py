"""DBOS: the system database of its Python library, where every finished step is a row.

After dbos 3.4 (`dbos/_schemas/system_database.py`, migration 125); columns that older releases
lack may be absent, and inputs and outputs may still be in `workflow_status`. Values are pickles,
which are never loaded: `pickled` reads their plain data.
"""

from __future__ import annotations

from ttdebug.formats.dbos.reader import DBOSReader

READER = DBOSReader()
