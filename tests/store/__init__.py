"""The trace file: written, read back, damaged, and asked every question of the index."""
