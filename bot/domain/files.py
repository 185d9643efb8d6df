"""Pictures and files that are passed on: what counts as which, how large they may be, what they may be called."""

import unicodedata

MEGABYTE = 1024 * 1024
PICTURES = ("image/jpeg", "image/png")
# What Telegram takes as a picture, and what a bot can fetch from it.
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_FILE = 20 * MEGABYTE
UNKNOWN_TYPE = "application/octet-stream"
LONGEST_NAME = 100

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
# What a browser may be told a file is: nothing that could run.
KNOWN_TYPES = frozenset({*(media_type for _start, media_type in _SIGNATURES), "image/webp"})


def is_picture(media_type: str) -> bool:
    """Whether it is shown at once. Moving pictures and rare kinds are files."""
    return media_type in PICTURES


def largest(media_type: str) -> int:
    """The most bytes a file of this type may have."""
    return LARGEST_PICTURE if is_picture(media_type) else LARGEST_FILE


def media_type_of(content: bytes) -> str:
    """What a file is by its first bytes; whatever is none of the few kinds we show is just bytes."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for start, media_type in _SIGNATURES if content.startswith(start)), UNKNOWN_TYPE)


def clean_name(name: str, otherwise: str = "file") -> str:
    """A file name that harms no disk, header or line of text: no folders, nothing invisible, not too long. The
    extension stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '"<>:|?*')
    stem, dot, extension = " ".join(seen.split()).strip(". ").rpartition(".")
    if not dot:
        return extension[:LONGEST_NAME] or otherwise
    extension = extension[:16]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
