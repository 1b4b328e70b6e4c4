"""The parts of the screen; each draws gated lines and posts what the person did."""
