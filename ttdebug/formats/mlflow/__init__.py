"""MLflow traces, as files of its artifacts and as its API gives them.

Sources: MLflow's documentation of `Trace.to_dict` in 2.14 to 2.22 and 3.x (`{info, data}`), and of
the artifact `traces.json`, which is the data part. Values of attributes are JSON in strings.
"""

from __future__ import annotations

from ttdebug.formats.mlflow.reader import MlflowReader

READER = MlflowReader()
