"""The texts people agree to or take note of. Raise VERSION with any change of meaning: members who agreed to an
older version are asked again the next time it matters."""

from markupsafe import Markup

from bot.conversation.house import Controller, House
from bot.conversation.i18n import _, language
from bot.conversation.retention_texts import span_of
from bot.domain.retention import Keep, Kind
from db.models.privacy import Purpose
from db.places import name_country

VERSION = "2026-11"
# Where the servers are unless the settings say otherwise; countries have no articles and cases there.
GERMANY = "DE"


def short_notice(house: House) -> Markup:
    """What everybody reads before registering."""
    return _(
        "<b>How we handle your data</b>\n\n"
        "{controller} runs this network to stay in contact with its former members, which the law allows a "
        "university to do. The alumni office may therefore write to you about events and news. You can object at "
        "any time with /stop.\n\n"
        "Other alumni see nothing about you unless you agree to it. You can look at your data with /mydata and have "
        "it erased with /forget."
    ).format(controller=house.controller.name)


def full_notice(house: House) -> Markup:
    """The whole notice (Art. 13 and 14 GDPR), as one text of less than 4,096 characters."""
    return Markup("\n\n").join(paragraph for _name, paragraph in notice_sections(house))


def notice_sections(house: House) -> list[tuple[str, Markup]]:
    """The notice by subject; the first item of a pair is a fixed name for anchors."""
    controller = house.controller
    return [
        ("who", _who(controller)),
        ("what", _what()),
        ("lists", _lists()),
        ("why", _why()),
        ("where", _where(controller)),
        ("how-long", _how_long(house.keep)),
        ("rights", _rights(controller)),
    ]


def _who(controller: Controller) -> Markup:
    lines = [controller.name, controller.address, controller.email]
    who = " · ".join(line for line in lines if line)
    officer = controller.officer or "–"
    return _("<b>Who is responsible?</b>\n{who}\nData protection officer: {officer}").format(who=who, officer=officer)


def _what() -> Markup:
    return _(
        "<b>Which data?</b>\nWhat you enter when registering: name, form of address, relation to the institution, "
        "programme and years, place, professional focus and, if you wish, function and employer. In addition your "
        "language, time zone, clubs, what you agreed to, and the number under which Telegram knows you or a sign-in "
        "for your browser. We do not read your Telegram profile, contacts or phone number."
    )


def _lists() -> Markup:
    """Art. 14 GDPR: what did not come from the person concerned. The kinds are those of `db.models.records.Record`."""
    return _(
        "<b>What we may know before you come</b>\nThe alumni office brings in lists of the university (student "
        "administration, scholarship and exchange programmes): name, number at the university, e-mail address, "
        "programme, years, province and direction of an exchange, relation to the institution. By these we recognise "
        "and invite former members. They are kept from the day on which the list came in. If you wish to know what a "
        "list says about you and since when, object to it or have it erased, a line to the alumni office is enough, "
        "also without registering."
    )


def _why() -> Markup:
    return _(
        "<b>What for, and on what basis?</b>\nContact of the university with its former members: its task by law "
        "(Art. 6 (1) e GDPR with the university act of the federal state). Contact among alumni: only with your "
        "consent (Art. 6 (1) a GDPR), which you can withdraw at any time in /privacy."
    )


def _where(controller: Controller) -> Markup:
    return _(
        "<b>Where?</b>\n{servers}\nIf you use Telegram, your messages pass through Telegram's servers outside the EU; "
        "the web door does without. Nobody else receives your data. If you live in mainland China, your data leave "
        "China; we ask you for a separate consent to this."
    ).format(servers=where_servers_are(controller))


def host_country(controller: Controller) -> str:
    """The country the data lie in, in the reader's language."""
    return name_country(controller.country, language())


def where_servers_are(controller: Controller) -> Markup:
    """One sentence: whose servers, in which country."""
    country = host_country(controller)
    if controller.host:
        return _(
            "The data lie on servers that are run for the university, on its instructions, by {host} (country: "
            "{country})."
        ).format(host=controller.host, country=country)
    if controller.country != GERMANY:
        return _("The data lie on servers of the university (country: {country}).").format(country=country)
    return _("The data lie on servers of the university in Germany.")


def _how_long(keep: Keep) -> Markup:
    return _(
        "<b>How long?</b>\nUntil you have them erased, or until the network ends. Messages are emptied once they are "
        "answered. The history of the web chat is kept for {chat}, the log of who looked at or changed data for {log}, "
        "a registration that is never confirmed for {registration}."
    ).format(
        chat=span_of(Kind.CHAT, keep), log=span_of(Kind.AUDIT, keep), registration=span_of(Kind.REGISTRATIONS, keep)
    )


def _rights(controller: Controller) -> Markup:
    authority = controller.authority or "–"
    return _(
        "<b>Your rights</b>\nAccess and a copy (/mydata), correction (/profile), erasure (/forget), objection (/stop), "
        "withdrawal of consent (/privacy), and complaint to the supervisory authority: {authority}"
    ).format(authority=authority)


def consent_text(purpose: Purpose, house: House) -> Markup:
    """The exact words of a consent, recorded with the answer."""
    return {Purpose.ALUMNI: alumni_consent, Purpose.TRANSFER: transfer_consent, Purpose.UNIVERSITY: short_notice}[
        purpose
    ](house)


def alumni_consent(house: House) -> Markup:
    """Contact among alumni."""
    return _(
        "<b>Contact among alumni</b>\n\n"
        "Do you agree that other verified members of {name} can see your name and those details that you open to them, "
        "in the lists of your clubs, in the directory, among those attending an event and in mentoring?\n\n"
        "This is voluntary. Without it you can still join clubs and come to events, but nobody finds you and you "
        "cannot see other alumni. You can withdraw it at any time in /privacy."
    ).format(name=house.name)


def transfer_consent(house: House) -> Markup:
    """The separate consent of people in mainland China (PIPL, Art. 39)."""
    controller = house.controller
    contact = " · ".join(line for line in (controller.address, controller.email) if line) or "–"
    if controller.country != GERMANY:
        return _transfer_elsewhere(controller, contact)
    return _(
        "<b>Transfer of your data to Germany</b>\n\n"
        "You live in mainland China. Your personal data (name, form of address, relation to the institution, "
        "programme and years, place, professional focus, function and employer if you enter them) would be stored and "
        "processed in Germany by {controller} ({contact}), only for the purposes of this alumni network. You can "
        "exercise your rights towards {controller} at any time, here with /mydata, /profile and /forget.\n\n"
        "Do you agree to this transfer?"
    ).format(controller=controller.name, contact=contact)


def _transfer_elsewhere(controller: Controller, contact: str) -> Markup:
    """The same words for servers in another country."""
    return _(
        "<b>Transfer of your data abroad: {country}</b>\n\n"
        "You live in mainland China. Your personal data (name, form of address, relation to the institution, "
        "programme and years, place, professional focus, function and employer if you enter them) would be stored and "
        "processed abroad (country: {country}) by {controller} ({contact}), only for the purposes of this alumni "
        "network. You can exercise your rights towards {controller} at any time, here with /mydata, /profile and "
        "/forget.\n\n"
        "Do you agree to this transfer?"
    ).format(country=host_country(controller), controller=controller.name, contact=contact)
