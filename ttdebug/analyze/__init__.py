"""Questions about a recording: history, causes, differences, text search."""
