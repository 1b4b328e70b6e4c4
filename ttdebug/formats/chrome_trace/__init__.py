"""Chrome Trace Event JSON, as browsers, VizTracer and many profilers write it.

After the Trace Event Format document (2016, `traceEvents` or a bare list that may not be closed)
and VizTracer 1.1 (`viztracer_metadata`, names with file and line, `func_args`, `return_value`).
"""

from __future__ import annotations

from ttdebug.formats.chrome_trace.reader import ChromeTraceReader

READER = ChromeTraceReader()
