"""What SQLite asks of the disk while it records: every write, cut, sync and removal, in order.

The default VFS of the SQLite library this Python uses gets other functions for opening and removing
files, and each file it opens others for writing; all of them do what they did, and take it down.
Only for processes of their own.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

_OPEN_CREATE: Final = 0x00000004
_SYNCS_FOLDER: Final = 0x00000800 | 0x00080000  # rollback journals, logs: on their first sync


class Write(NamedTuple):
    """Bytes put at `offset`."""

    file: str
    offset: int
    data: bytes


class Cut(NamedTuple):
    """The file got `size` bytes."""

    file: str
    size: int


class Sync(NamedTuple):
    """All that was asked of the file before entry `since` has reached the disk."""

    file: str
    since: int
    folder: bool  # and so have all files that came and went


class Made(NamedTuple):
    """A file came into being."""

    file: str


class Gone(NamedTuple):
    """A file was removed."""

    file: str


class Ack(NamedTuple):
    """Event `seq` was acknowledged."""

    seq: int


Entry = Write | Cut | Sync | Made | Gone | Ack


class _Methods(ctypes.Structure):
    """sqlite3_io_methods; the functions that are only passed on are plain pointers."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 13),
    ]


class _File(ctypes.Structure):
    _fields_ = [("methods", ctypes.POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, as far as it is needed."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    ]


_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_I, _P, _P, _P, _I, _P)  # paths as pointers: SQLite keeps them
_DELETE = ctypes.CFUNCTYPE(_I, _P, _P, _I)
_WRITE = ctypes.CFUNCTYPE(_I, _P, _P, _I, _L)
_TRUNCATE = ctypes.CFUNCTYPE(_I, _P, _L)
_SYNC = ctypes.CFUNCTYPE(_I, _P, _I)


def library() -> ctypes.CDLL | None:
    """The SQLite that `sqlite3` uses, if it is a library that others can use too."""
    maps = Path("/proc/self/maps")
    found = ctypes.util.find_library("sqlite3")
    if found is None or not maps.exists() or b"libsqlite3" not in maps.read_bytes():
        return None
    shared = ctypes.CDLL(found)
    shared.sqlite3_libversion.restype = ctypes.c_char_p
    return shared if shared.sqlite3_libversion().decode() == sqlite3.sqlite_version else None


@dataclass
class Disk:
    """Takes down what SQLite does to the files in one folder, from `watch` on."""

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    _kept: list[Any] = field(default_factory=list)  # functions that C calls
    _new: set[str] = field(default_factory=set)  # files that sync their folder with them

    def watch(self) -> None:
        """Step in for the default VFS."""
        shared = library()
        assert shared is not None
        shared.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        vfs = shared.sqlite3_vfs_find(None).contents
        vfs.open = self._keep(_OPEN(self._opening(_OPEN(vfs.open))))
        vfs.delete = self._keep(_DELETE(self._deleting(_DELETE(vfs.delete))))

    def _keep(self, function: Any) -> int | None:
        self._kept.append(function)
        return ctypes.cast(function, ctypes.c_void_p).value

    def _name(self, path: int | None) -> str | None:
        """The name of a file in our folder; SQLite opens files without a path, and others."""
        if not path:
            return None
        found = Path(ctypes.string_at(path).decode())
        return found.name if found.parent == self.folder else None

    def _opening(self, original: Any) -> Any:
        def open_(vfs: int, path: int | None, file: int, flags: int, out: int) -> int:
            name = self._name(path)
            is_new = name is not None and not (self.folder / name).exists()
            code: int = original(vfs, path, file, flags, out)
            if code == 0 and name is not None:
                if is_new and flags & _OPEN_CREATE:
                    self.entries.append(Made(name))
                    if flags & _SYNCS_FOLDER:
                        self._new.add(name)
                self._watch_file(name, ctypes.cast(file, ctypes.POINTER(_File)).contents)
            return code

        return open_

    def _deleting(self, original: Any) -> Any:
        def delete(vfs: int, path: int, folder: int) -> int:
            name = self._name(path)
            code: int = original(vfs, path, folder)
            if name is not None and code == 0:
                self.entries.append(Gone(name))
                if folder:
                    self.entries.append(Sync("", len(self.entries), True))
            return code

        return delete

    def _watch_file(self, name: str, file: _File) -> None:
        own = file.methods.contents
        write, truncate, sync = _WRITE(own.write), _TRUNCATE(own.truncate), _SYNC(own.sync)
        entries = self.entries

        def write_(file: int, data: int, size: int, offset: int) -> int:
            entries.append(Write(name, offset, ctypes.string_at(data, size)))
            code: int = write(file, data, size, offset)
            return code

        def truncate_(file: int, size: int) -> int:
            entries.append(Cut(name, size))
            code: int = truncate(file, size)
            return code

        def sync_(file: int, flags: int) -> int:
            since = len(entries)
            code: int = sync(file, flags)
            entries.append(Sync(name, since, name in self._new))
            self._new.discard(name)
            return code

        methods = _Methods.from_buffer_copy(own)
        methods.write = self._keep(_WRITE(write_))
        methods.truncate = self._keep(_TRUNCATE(truncate_))
        methods.sync = self._keep(_SYNC(sync_))
        self._kept.append(methods)
        file.methods = ctypes.pointer(methods)
