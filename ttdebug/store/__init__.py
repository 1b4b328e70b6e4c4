"""The trace file: schema, hardened opening, writer, reader, and the index behind every question."""
