"""Finding recordings on a machine."""
