"""Recordings on this machine: where they are, and what can be told of them without reading them."""

from __future__ import annotations

from ttdebug.formats.discovery.about import About, cells, read_about
from ttdebug.formats.discovery.ends import words
from ttdebug.formats.discovery.places import Found, Place, at, homes, in_folder, in_place

__all__ = [
    "About",
    "Found",
    "Place",
    "at",
    "cells",
    "homes",
    "in_folder",
    "in_place",
    "read_about",
    "words",
]
