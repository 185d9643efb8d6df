"""Every path ends at a human: the fixed contact person for one's institution."""

from markupsafe import Markup

from bot.conversation.i18n import N_, _, named
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import lists, members
from db.models.lists import Institution


def contact(turn: Turn) -> Reply:
    """/contact: of one's own institutions, or of all for somebody who is not registered yet."""
    own = _own_institutions(turn)
    cards = [_card(institution) for institution in own or lists.institutions(turn.session) if institution.contact_name]
    if turn.house.controller.email:
        cards.append(_("Alumni office: {email}").format(email=turn.house.controller.email))
    intro = _("These people are glad to help you. Please write or call them directly:")
    return Reply(Markup("\n\n").join([intro, *cards]), column(Button(_("Menu"), Go("menu"))))


def _own_institutions(turn: Turn) -> list[Institution]:
    """Where somebody was; what was replaced by another has the other's contact person."""
    own = [institution.id for _row, institution, _programme in members.affiliations_of(turn.session, turn.me.id)]
    return [turn.session.get_one(Institution, each) for each in lists.stand_for_now(turn.session, Institution, own)]


def _card(institution: Institution) -> Markup:
    ways = [way for way in (institution.contact_email, institution.contact_phone) if way]
    return Markup("<b>{}</b>\n{}\n{}").format(
        named(institution.names), institution.contact_name, Markup("\n").join(ways)
    )


def register(router: Router) -> None:
    router.command("contact", contact, gate=Gate.ANYONE, about=N_("Reach a person at the alumni office"))
