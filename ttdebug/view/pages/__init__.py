"""A recording, or a part of one, as a document that is read elsewhere."""
