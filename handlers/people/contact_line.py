"""The one line that says how somebody is reached. It goes only to whom they give it."""

from typing import Any

from bot.conversation.i18n import _
from bot.conversation.questions import Asking, Question, Text, Unfit
from bot.domain.contact_lines import LONGEST, is_contact_line
from bot.domain.people import clean

LINE = "line"


def line_question(prompt: Text, **more: Any) -> Question:
    """Asks for the line of somebody who has none yet, or for another."""
    return Question(
        name=LINE,
        label=lambda: _("Contact line"),
        prompt=lambda _asking: prompt(),
        check=_check_line,
        **more,
    )


def own_line() -> Question:
    """Asks for it where it is kept for all to whom they will give it."""
    return line_question(
        lambda: _(
            "How can you be reached? Please write one line: an e-mail address, WeChat or a telephone number. It goes "
            "only to those to whom you give your contact; you can change or delete it in /entry."
        ),
        summed_up=False,
    )


def _check_line(_asking: Asking, typed: Any) -> str:
    line = clean(str(typed))
    if not line:
        raise Unfit(_("This was empty. Please write a few words."))
    if len(line) > LONGEST:
        raise Unfit(_("This is too long: please use at most {n} characters.").format(n=LONGEST))
    if not is_contact_line(line):
        raise Unfit(
            _(
                "Nobody could reach you by this. Please write an e-mail address, a telephone number, or a messenger "
                "and your name there, for example: WeChat anna_weber"
            )
        )
    return line
