"""Checks that forms share: typed words to values, with one clear sentence where they do not do."""

from collections.abc import Callable
from typing import Any

from bot.conversation.i18n import _
from bot.conversation.questions import Asking, Choice, Unfit
from bot.domain.people import MAX_LINE, MAX_NAME, clean, has_letter, is_name, read_years

Check = Callable[[Asking, Any], Any]
LONGEST_LINK = 300


def check_name(_asking: Asking, typed: Any) -> str:
    """A person's name in any script. Idempotent."""
    name = clean(str(typed))
    if not name:
        raise Unfit(_("This was empty. Please write the name."))
    if len(name) > MAX_NAME:
        raise Unfit(_("This is too long: please use at most {n} characters.").format(n=MAX_NAME))
    if not is_name(name):
        raise Unfit(_("A name has letters only, with spaces, hyphens or dots. Please write just the name."))
    return name


def check_line(longest: int = MAX_LINE) -> Check:
    """A short line of words."""

    def check(_asking: Asking, typed: Any) -> str:
        line = clean(str(typed))
        if not line:
            raise Unfit(_("This was empty. Please write a few words."))
        if len(line) > longest:
            raise Unfit(_("This is too long: please use at most {n} characters.").format(n=longest))
        if not has_letter(line):
            raise Unfit(_("Please use words, not only signs or pictures."))
        return line

    return check


def check_text(longest: int) -> Check:
    """Words of several lines."""

    def check(_asking: Asking, typed: Any) -> str:
        lines = [clean(line) for line in str(typed).strip().splitlines()]
        text = "\n".join(lines).strip()
        if not text:
            raise Unfit(_("This was empty. Please write a few words."))
        if len(text) > longest:
            raise Unfit(_("This is too long: please use at most {n} characters.").format(n=longest))
        if not has_letter(text):
            raise Unfit(_("Please use words, not only signs or pictures."))
        return text

    return check


def check_words(longest: int) -> Check:
    """Whatever can be read: a time or a number is an answer, too."""

    def check(_asking: Asking, typed: Any) -> str:
        words = "\n".join(clean(line) for line in str(typed).strip().splitlines()).strip()
        if not words:
            raise Unfit(_("This was empty. Please write a few words."))
        if len(words) > longest:
            raise Unfit(_("This is too long: please use at most {n} characters.").format(n=longest))
        return words

    return check


def check_link(_asking: Asking, typed: Any) -> str:
    """The full address of a page."""
    link = str(typed).strip()
    if not link.startswith(("https://", "http://")) or any(sign.isspace() for sign in link) or len(link) > LONGEST_LINK:
        raise Unfit(_("Please write a full address that begins with https://"))
    return link


def check_choice(choices: Callable[[Asking], Any]) -> Check:
    """One of the choices offered now."""

    def check(asking: Asking, value: Any) -> str:
        options: list[Choice] = list(choices(asking))
        if str(value) not in [choice.value for choice in options]:
            raise Unfit(_("Please choose one of the buttons."))
        return str(value)

    return check


def check_years(asking: Asking, typed: Any) -> str:
    """Years "2008-2012" or one year "2012" as text."""
    years = read_years(clean(str(typed)), asking.turn.now.year)
    if years is None:
        raise Unfit(
            _("Please give years like 2008–2012, or one year like 2012, not before 1940 and not later than next year.")
        )
    first, last = years
    return f"{first}-{last}" if first else str(last)
