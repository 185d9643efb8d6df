"""People look at what they told us, and change it line by line."""

from markupsafe import Markup

from bot.conversation import form_cards
from bot.conversation.i18n import N_, _
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import consents, drafts
from db.drafts import Filling
from db.models.members import Status
from db.models.privacy import Purpose
from handlers.agreements import ABOUT_YOU_AND_WHERE, TRANSFER
from handlers.registration.answers import answers_of, write_answers


def show_profile(turn: Turn) -> Outcome:
    """/profile: a card with a button for each line."""
    drafts.drop(turn.connection, turn.me.id, PROFILE.name)
    asking = Asking(turn, _answers(turn))
    state = {
        Status.PENDING: _("in review"),
        Status.VERIFIED: _("verified"),
        Status.DECLINED: _("not confirmed"),
        Status.SUSPENDED: _("closed for the time being"),
        Status.GUEST: "",
    }[turn.me.status]
    head = _("<b>Your profile</b> ({state})").format(state=state)
    text = Markup("\n").join([head, "", *form_cards.summary_lines(PROFILE, asking)])
    hint = _("Tap a line to change it.")
    _open_for_changes(turn, asking.answers)
    rows = (*form_cards.change_buttons(PROFILE, asking), (Button(_("Menu"), Go("menu")),))
    return Reply(Markup("{}\n\n{}").format(text, hint), rows)


def _answers(turn: Turn) -> Answers:
    in_network = consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI)
    answers = answers_of(turn, turn.member, in_network)
    if consents.is_given(turn.session, turn.me.id, Purpose.TRANSFER):
        answers["transfer"] = "yes"
    return answers


def _open_for_changes(turn: Turn, answers: Answers) -> None:
    """The card's buttons change a draft that holds the profile as it is now. It is not active: words typed
    now belong to nothing."""
    drafts.keep(turn.connection, turn.me.id, Filling(PROFILE.name, "", answers), turn.now + form_cards.LIFETIME)
    drafts.park(turn.connection, turn.me.id)


def save(turn: Turn, answers: Answers) -> Outcome:
    """One line was changed."""
    write_answers(turn, turn.member, answers)
    card = show_profile(turn)
    assert isinstance(card, Reply)
    return Reply(Markup("{}\n\n{}").format(_("Saved."), card.text), card.rows)


PROFILE = Form(
    name="profile",
    title=lambda: _("My profile"),
    questions=(TRANSFER, *ABOUT_YOU_AND_WHERE),
    finish=save,
    summary=lambda _asking: _("<b>Your profile</b>"),
    card=show_profile,
)


def register(router: Router) -> None:
    router.command("profile", show_profile, gate=Gate.REGISTERED, about=N_("Your profile, and changing it"))
    router.form(PROFILE, gate=Gate.REGISTERED)
