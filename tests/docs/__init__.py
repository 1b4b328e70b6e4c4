"""README and help texts agree with the code they describe."""
