"""Tests of the sample recordings and the programs that make them."""
