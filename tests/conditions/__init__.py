"""Tests of the condition language, of finding hits, and of breakpoints."""
