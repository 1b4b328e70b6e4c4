"""What can be asked of an open recording, by subject."""
