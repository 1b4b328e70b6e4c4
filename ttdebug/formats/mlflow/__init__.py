"""MLflow traces, as files of its artifacts and as its API gives them."""

from __future__ import annotations

from ttdebug.formats.mlflow.reader import MlflowReader

READER = MlflowReader()
