"""Burr: the folders its local tracker writes, with forks and spawned applications.

After the tracker of apache-burr 0.42 (`burr/tracking/client.py`), whose records are those of 0.2x
and later; what older ones lack may be absent.
"""

from __future__ import annotations

from ttdebug.formats.burr.reader import BurrReader

READER = BurrReader()
