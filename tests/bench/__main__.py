"""Every benchmark in turn, or some by name: `python -m tests.bench [travel]`."""

from __future__ import annotations

import argparse
import subprocess
import sys

NAMES = ["record", "crash", "redaction", "soak", "travel", "conditions", "peers", "imports"]
NAMES += ["screen"]

parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
parser.add_argument("names", nargs="*", metavar="NAME", help=f"all if none: {', '.join(NAMES)}")
wanted = parser.parse_args().names
if unknown := [name for name in wanted if name not in NAMES]:
    parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
for name in wanted or NAMES:
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"tests.bench.{name}"], check=False)
