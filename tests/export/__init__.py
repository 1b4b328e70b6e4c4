"""Exports, and what comes back from them."""
