"""Positions, motions, writes and replay at a speed."""
