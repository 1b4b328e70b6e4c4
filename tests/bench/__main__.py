"""Every benchmark in turn, or some by name: `python -m tests.bench [travel]`."""

from __future__ import annotations

import subprocess
import sys

NAMES = ["record", "crash", "redaction", "soak", "travel", "conditions", "peers", "imports"]
NAMES += ["screen"]

for name in sys.argv[1:] or NAMES:
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False)
