"""Whether a line says how somebody is reached: an e-mail address, a telephone number, a name in a messenger."""

import re

LONGEST = 200
FEWEST_DIGITS = 6

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.\w{2,}")
# What a messenger calls somebody: a WeChat ID has 6 to 20 signs.
_HANDLE = re.compile(r"@?[A-Za-z][\w.-]{5,}")
_MESSENGER = re.compile(r"wechat|weixin|微信|telegram|signal|whatsapp|threema|linkedin|xing|qq|https?://|www\.", re.I)


def is_contact_line(line: str) -> bool:
    """Whether somebody could be reached by it. A sentence without an address, a number or a name is none."""
    digits = sum(sign.isdecimal() for sign in line)
    named = _MESSENGER.search(line) is not None and len(line.split()) > 1
    return bool(_EMAIL.search(line) or digits >= FEWEST_DIGITS or named or _HANDLE.fullmatch(line) or _is_link(line))


def _is_link(line: str) -> bool:
    return line.startswith(("https://", "http://", "www.")) and " " not in line
