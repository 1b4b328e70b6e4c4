"""What the screen shows, without a screen."""
