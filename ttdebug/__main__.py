"""`python -m ttdebug` is the same as `ttdebug`."""

from ttdebug.cli import main

main()
