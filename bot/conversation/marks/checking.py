"""Finding what an author cannot have meant, before it goes out to many."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from bot.conversation.i18n import _, listed
from bot.conversation.marks.reading import Kind, Token, Trouble, tokens
from bot.conversation.marks.showing import names_of

# How much is quoted to show the place, before it and from it on.
BEFORE, BEHIND = 12, 24


class Fault(Exception):
    """Something to be put right first; `sentence` says where and how, in the reader's language."""

    def __init__(self, sentence: Markup) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def check(source: str, placeholders: Mapping[str, str]) -> None:
    """Raises Fault for the first mark without its partner or within itself, link without words or address, or
    unknown placeholder. `placeholders` are the words that may be used for each name, in any case; a reader is told
    the first one of each."""
    for sentence in _faults(source, placeholders):
        raise Fault(sentence)


def _faults(source: str, placeholders: Mapping[str, str]) -> Iterator[Markup]:
    names = names_of(placeholders)
    for token in tokens(source):
        place = _quoted(source, token.at)
        if token.trouble:
            yield _trouble(token, token.trouble, place)
        elif token.kind is Kind.PLACEHOLDER and token.source[1:-1].casefold() not in names:
            yield _unknown(token.source, place, placeholders)


def _trouble(token: Token, trouble: Trouble, place: str) -> Markup:
    sentence = {
        Trouble.NO_PARTNER: _(
            "Near “{place}”: this {mark} has no second one in its paragraph. Please add it where the emphasis ends, "
            "or write {escaped} if you mean the sign itself."
        ),
        Trouble.NESTED: _(
            "Near “{place}”: the next {sign} begins before this {mark} has ended. Please end this one first, or write "
            "{escaped} if you mean the sign itself."
        ),
        Trouble.NO_WORDS: _("Near “{place}”: this link has no words. Please write them between the square brackets."),
        Trouble.NO_ADDRESS: _(
            "Near “{place}”: this link needs a full address that begins with https:// and has no spaces."
        ),
    }[trouble]
    sign = token.source[0]
    return sentence.format(place=place, mark=token.source, sign=sign, escaped=f"\\{sign}" * len(token.source))


def _unknown(placeholder: str, place: str, placeholders: Mapping[str, str]) -> Markup:
    known: dict[str, str] = {}
    for alias, name in placeholders.items():
        known.setdefault(name, f"{{{alias}}}")
    if known:
        sentence = _(
            "Near “{place}”: there is no placeholder {placeholder}. You can use {known}. Please write {escaped} if you "
            "mean the word in braces itself."
        )
    else:
        sentence = _(
            "Near “{place}”: placeholders such as {placeholder} cannot be used here. Please write {escaped} if you "
            "mean the word in braces itself."
        )
    listing = listed(list(known.values()))
    return sentence.format(place=place, placeholder=placeholder, known=listing, escaped=f"\\{placeholder}")


def _quoted(source: str, at: int) -> str:
    """A few words of the line around a place."""
    before = source[:at].rpartition("\n")[2]
    behind = source[at:].partition("\n")[0]
    head = before if len(before) <= BEFORE else "…" + _from_word(before[-BEFORE:])
    tail = behind if len(behind) <= BEHIND else _to_word(behind[:BEHIND]) + "…"
    return (head + tail).strip()


def _from_word(text: str) -> str:
    """Without the rest of a word that was cut off; Chinese has no spaces and is left as it is."""
    return text.partition(" ")[2] or text


def _to_word(text: str) -> str:
    return text.rpartition(" ")[0] or text
