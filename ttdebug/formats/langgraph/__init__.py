"""LangGraph's SQLite checkpoints: full state at every step, and the writes that made it."""
