"""Tests of the nouns, paths and deltas everything else stands on."""
