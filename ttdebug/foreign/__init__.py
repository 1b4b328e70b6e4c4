"""What others wrote: JSON that may be damaged, in shapes that nobody promised."""
