"""Folding of names: what people type in Latin, German or Chinese is brought to one plain form for comparison."""

import re
import unicodedata

APOSTROPHES = frozenset("'`´‘’‛′ʹʻʼʽʾʿˈ＇")
# Letters that Unicode does not take apart, as they are read in a list of names.
LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
SPELT_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))
ROUNDS = 8
# Characters that are what they are, the common ones: most Chinese names need no more.
HAN = re.compile("[\u4e00-\u9fff]+")


def fold(text: str) -> str:
    """`text` in lower case without marks and punctuation, words parted by one space; Han characters stay.

    ß becomes ss, ä becomes a; apostrophes vanish, other punctuation parts words. Folding twice changes
    nothing, and nothing makes it fail: what is no letter or digit is dropped, so the answer may be empty.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    if HAN.fullmatch(text):
        return text
    for _ in range(ROUNDS):
        folded = _fold_once(text)
        if folded == text:
            break
        text = folded
    return text


def expand_umlauts(text: str) -> str:
    """`text` folded the German way: ä becomes ae, ö oe, ü ue. Equal to `fold` where there is no umlaut."""
    return fold(unicodedata.normalize("NFKC", text).casefold().translate(UMLAUTS))


def fold_variants(text: str) -> frozenset[str]:
    """All forms under which `text` may be known: two spellings of a name share at least one of them.

    Köln, Koeln and Koln meet, as do Xi'an and xian. The price is that a few different names meet as well;
    use it to find, not to prove that two names are one. Empty for text without a letter or digit.
    """
    folded = fold(text)
    expanded = folded if text.isascii() or folded == text else expand_umlauts(text)
    return frozenset({folded, expanded, _contract(expanded)} - {""})


def _contract(folded: str) -> str:
    for long, short in SPELT_OUT:
        folded = folded.replace(long, short)
    return folded


def _fold_once(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    kept = "".join(map(_keep, unicodedata.normalize("NFKD", plain)))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _keep(character: str) -> str:
    """The character itself, a space where it parts words, nothing where it only decorates."""
    if character in APOSTROPHES:
        return ""
    if character.isalnum():
        return character
    if character.isspace():
        return " "
    return " " if unicodedata.category(character)[0] in "PSZ" else ""


# What becomes of each ASCII character, looked up: most names need no more.
_ASCII = {sign: _keep(chr(sign).lower()) for sign in range(128)}
