"""Tests of the recorder: what it keeps, what it hides, and that it never hurts the agent."""
