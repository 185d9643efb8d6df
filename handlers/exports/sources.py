"""What people who are invited read about where we know them from (Art. 14 GDPR): in letters, in the mailer's table."""

from markupsafe import Markup

from bot.conversation.house import House
from bot.conversation.i18n import _, named
from db.models.lists import Institution


def source_of(institution: Institution, house: House) -> Markup:
    """Whose records, where the notice stands, and whom to write to."""
    return _(
        "Your name and studies come from the records of {institution}. How we handle data: {address}. If you would "
        "like to know what is on record about you, or receive no further invitations, please write to {contact}."
    ).format(
        institution=named(institution.names), address=house.notice_link(), contact=contact_of(institution, house)[-1]
    )


def contact_of(institution: Institution, house: House) -> list[str]:
    """The institution's, or else that of whoever answers for the data; an address to write to comes last."""
    own = [institution.contact_name, institution.contact_phone, institution.contact_email]
    if institution.contact_email:
        return [each for each in own if each]
    controller = house.controller
    return [each for each in (controller.name, controller.address, controller.email) if each]
