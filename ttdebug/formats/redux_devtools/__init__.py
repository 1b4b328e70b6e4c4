"""Redux DevTools: the state.json of its Export button, with every action and every state.

After @redux-devtools/instrument 3.0 (`src/instrument.ts`, the lifted state) and jsan 3
(`lib/cycle.js`); older releases write the same fields.
"""

from __future__ import annotations

from ttdebug.formats.redux_devtools.reader import ReduxReader

READER = ReduxReader()
