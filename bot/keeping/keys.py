"""The pair of keys: the public one makes backups, the private one, kept elsewhere, reads them."""

import os
from datetime import UTC, datetime
from pathlib import Path

from pyrage import IdentityError, RecipientError
from pyrage.x25519 import Identity, Recipient

from bot.keeping.hindered import Hindered

_PRIVATE = "AGE-SECRET-KEY-1"


def make_key(path: Path) -> str:
    """Write a new private key to `path`, as `age-keygen` does, for its owner's eyes only; the public one."""
    identity = Identity.generate()
    public = str(identity.to_public())
    made = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Hindered(f"{path} exists already and was left as it is; please name a new file.") from None
    except OSError as error:
        raise Hindered(f"{path} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# created: {made}\n# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def read_identity(path: Path) -> Identity:
    """The private key in a file of `backup-key` or `age-keygen`."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
        (private,) = [line.strip() for line in lines if line.startswith(_PRIVATE)]
        return Identity.from_str(private)
    except OSError as error:
        raise Hindered(f"The key file {path} cannot be read: {error.strerror}.") from error
    except (ValueError, IdentityError):
        raise Hindered(f"{path} is not a private key; `backup-key` wrote one that begins with {_PRIVATE}.") from None


def read_recipient(public: str | None) -> Recipient:
    """The public key in the settings."""
    if public is None:
        raise Hindered("BACKUP_RECIPIENT is not set; `python -m bot backup-key FILE` makes a key and prints its line.")
    try:
        return Recipient.from_str(public)
    except RecipientError:
        raise Hindered(
            "BACKUP_RECIPIENT is not a public key; `backup-key` printed one that begins with age1."
        ) from None
