"""What stands in a letter of invitation, and above the letters on the screen."""

from typing import Any

import segno
from markupsafe import Markup

from bot.conversation.i18n import _, day, named, pgettext, speaking
from bot.domain.inviting import CODE_LASTS
from handlers.exports.invitations import Invited, Mailing, in_groups, link_of
from handlers.exports.sources import contact_of, source_of


def screen_words(mailing: Mailing) -> dict[str, Any]:
    """What whoever prints reads, in their own language, and the language of the letters."""
    with speaking(mailing.owner_language, mailing.zone):
        return {
            "language": mailing.language.replace("_", "-"),
            "screen_language": (mailing.owner_language or "en").replace("_", "-"),
            "title": _("Letters of invitation"),
            "note": _(
                "Please print this page now, or save it as a PDF: it opens once. Each letter takes one sheet of A4. "
                "Every code opens the network for the person named beside it, so please keep print-outs and PDF safe "
                "and delete the PDF after printing."
            ),
            "overtaken": _(
                "These letters do not count: the button was pressed once more, and only the codes of the newer page "
                "are good. Please close this page and print that one."
            ),
        }


def words_of(invited: Invited, mailing: Mailing) -> dict[str, Any]:
    """One letter, in the language being spoken. It has no salutation: how somebody is addressed is not on record."""
    record, institution, _programme = invited.on_record
    house, where = mailing.house, named(institution.names)
    contact = contact_of(institution, house)
    link = link_of(invited, house)
    return {
        "from": where,
        "contact": contact,
        "day": day(mailing.at),
        "names": [name for name in (record.full_name, record.other_name) if name],
        "heading": _("Let us stay in touch"),
        "paragraphs": [
            _(
                "We would like to stay in touch with you. {site} is where our alumni find one another: in regional "
                "clubs, at events and in mentoring. It costs nothing, and you decide what others see of you."
            ).format(site=house.name),
            _(
                "With the personal code in this letter you are registered in about two minutes. Please scan the "
                "picture with your phone or open the address beside it. You go on in the browser or in Telegram, as "
                "you prefer."
            ),
        ],
        "qr": draw_svg(link),
        "code_label": pgettext("letter", "Your personal code"),
        "code": in_groups(invited.code),
        "link_label": pgettext("letter", "Your address"),
        "link": link,
        "small": [
            _(
                "The code is for you alone and works once, until {day}. If you do not wish to join, you need not do "
                "anything."
            ).format(day=day(mailing.at + CODE_LASTS)),
            source_of(institution, house),
        ],
    }  # fmt: skip


def draw_svg(link: str) -> Markup:
    """A QR code to stand in a page, without a style of its own."""
    return Markup(segno.make(link, error="m").svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None))
