"""The test suite; one folder per room, plus whole-program tests."""
