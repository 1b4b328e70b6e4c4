"""History, causes, comparisons and search."""
