"""Tests of the program as its user meets it: in a real terminal, by keys and what shows."""
