"""Print what the readers find in folders of reference recordings."""

import sys

from tests.formats.acceptance import show

for folder in sys.argv[1:]:
    show(folder)
