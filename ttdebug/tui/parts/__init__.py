"""Each part of the main screen: what it reads, when it changes, and the widget it fills."""
