"""The file of a backup: one age stream for one public key. Inside it a line that names the format, a line of JSON (what
is in it), the database compressed with gzip, and the SHA-256 of what was compressed. `age -d`, `tail -n +3` and
`gunzip` open it, too.

Whoever knows the public key can make such a file. That it is one of ours is seen by `Manifest.secret`, which only
those know who have SECRET_KEY or can read a backup.
"""

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io
from pyrage.x25519 import Identity, Recipient

from bot.keeping.hindered import Hindered

FORMAT = b"alumni-bot backup 1\n"
LONGEST_HEAD = 64 * 1024
GZIP = 31
# Half the time of the usual 6 for 4 % more bytes, measured on 100,000 members (92 MB become 29 instead of 28).
LEVEL = 4
DIGEST_SIZE = 32

Progress = Callable[[int, int], None]
Sink = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: made by which `version`, at which `revision` of which kind of `database`, how it was at
    which time, how many rows some tables have; `secret` is a keyed hash by which SECRET_KEY is known again."""

    version: str
    revision: str
    database: str
    at: datetime
    secret: str
    counts: dict[str, int]


def seal(manifest: Manifest, pieces: Iterator[bytes], recipient: Recipient, out: BinaryIO) -> None:
    """Write the encrypted file, holding no more than a piece of it in memory."""
    reading, writing = _Reading(_framed(manifest, pieces)), _Writing(out.write)
    try:
        encrypt_io(reading, writing, [recipient])
    except EncryptError as error:
        raise reading.error or writing.error or error from None


def _framed(manifest: Manifest, pieces: Iterator[bytes]) -> Iterator[bytes]:
    head = asdict(manifest) | {"at": manifest.at.isoformat()}
    yield FORMAT + json.dumps(head).encode() + b"\n"
    digest, squeeze = sha256(), zlib.compressobj(LEVEL, wbits=GZIP)
    for piece in pieces:
        digest.update(piece)
        yield squeeze.compress(piece)
    yield squeeze.flush() + digest.digest()


def unseal(path: Path, identity: Identity, begin: Callable[[Manifest], Sink], progress: Progress) -> Manifest:
    """Read a file made by `seal`: `begin` learns what is in it and says where the database goes, piece by piece. Not
    before this returns is it known to be whole. Raises Hindered, or what `begin` and its sink raise."""
    opening = _Opening(path, begin)
    writing = _Writing(opening.take)
    try:
        with path.open("rb") as file:
            decrypt_io(_Watched(file, path.stat().st_size, progress), writing, [identity])
    except (DecryptError, OSError) as error:
        raise writing.error or _unreadable(path, error) from None
    return opening.close()


def _unreadable(path: Path, error: Exception) -> Hindered:
    if isinstance(error, DecryptError) and "No matching keys" in str(error):
        return Hindered(f"{path} was not made for this key; please name the key file that belongs to it.")
    if isinstance(error, OSError) and error.errno is not None:
        return Hindered(f"{path} cannot be read: {error.strerror}.")
    return _damaged(path)


def _damaged(path: Path) -> Hindered:
    return Hindered(f"{path} is not a backup, or is damaged or cut off; please take another one.")


class _Reading:
    """Hands out pieces in the sizes asked for. Of an error in making them the library would keep only the words."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        part, self._held = self._held[:size], self._held[size:]
        return bytes(part)


class _Writing:
    """Hands on what is written, and keeps the error there was."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._sink(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """There is nothing to flush: the file is ours to sync."""


class _Watched:
    """A file that tells how far it was read."""

    def __init__(self, file: BinaryIO, size: int, progress: Progress) -> None:
        self._file, self._size, self._progress = file, size, progress
        self._done = 0

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._done += len(data)
        self._progress(self._done, self._size)
        return data


class _Opening:
    """Takes the plain bytes apart: the two lines, the compressed database, the digest."""

    def __init__(self, path: Path, begin: Callable[[Manifest], Sink]) -> None:
        self._path, self._begin = path, begin
        self._head = b""
        self._manifest: Manifest | None = None
        self._sink: Sink
        self._inflate = zlib.decompressobj(wbits=GZIP)
        self._digest, self._rest = sha256(), b""

    def take(self, data: bytes) -> None:
        if self._manifest is None:
            self._head += data
            data = self._read_head()
        if self._manifest is not None and data:
            self._take_payload(data)

    def _read_head(self) -> bytes:
        """What follows the two lines, once they are there."""
        if len(self._head) > LONGEST_HEAD or not self._head.startswith(FORMAT[: len(self._head)]):
            raise _damaged(self._path)
        line, end, rest = self._head[len(FORMAT) :].partition(b"\n")
        if not end:
            return b""
        try:
            head = json.loads(line)
            self._manifest = Manifest(**head | {"at": datetime.fromisoformat(head["at"])})
        except (ValueError, TypeError, KeyError):
            raise _damaged(self._path) from None
        self._sink = self._begin(self._manifest)
        return rest

    def _take_payload(self, data: bytes) -> None:
        if self._inflate.eof:
            self._rest += data
            return
        try:
            plain = self._inflate.decompress(data)
        except zlib.error:
            raise _damaged(self._path) from None
        self._rest = self._inflate.unused_data
        self._digest.update(plain)
        if plain:
            self._sink(plain)

    def close(self) -> Manifest:
        """The manifest, if all of it arrived and is what was put in."""
        if self._manifest is None or not self._inflate.eof or self._rest != self._digest.digest():
            raise _damaged(self._path)
        return self._manifest
