"""What the screen, a pipe or a file shows, as plain data: gated text in lines, and records."""
