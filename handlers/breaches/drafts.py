"""Drafts in all languages, as one file to copy from: for the authority (Art. 33) and for those concerned (Art. 34)."""

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup

from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, _, day, number, speaking, when
from bot.domain.breach import due
from db.breaches import Case, Extent
from handlers.breaches.wording import breach_names, country_names, first_steps, kinds_of_data
from handlers.records.document import headed


def write(house: House, zone: str, case: Case, known: datetime, extent: Extent) -> str:
    """Both drafts in each language. They hold figures, and nobody's name."""
    parts = []
    for tag in LANGUAGES:
        with speaking(tag, zone):
            parts += [*_to_the_authority(house, case, known, extent), *_to_those_concerned(house, case)]
    return "\n\n".join(parts) + "\n"


def _to_the_authority(house: House, case: Case, known: datetime, extent: Extent) -> Iterator[str]:
    controller = house.controller
    yield headed(1, _("Notification of a personal data breach (Art. 33 GDPR)"))
    yield _plain(_("To: {authority}"), authority=controller.authority or "…")
    yield _plain(
        _("From: {name}, {address}, {email}. Data protection officer: {officer}."),
        name=controller.name,
        address=controller.address or "…",
        email=controller.email or "…",
        officer=controller.officer or "…",
    )
    yield _plain(_("1. What happened: {what}. {span} Details: …"), what=breach_names()[case.kind], span=_span(case))
    yield _plain(
        _("2. We learned of it on {known}; the 72 hours end on {due}. If this comes later, the reason is: …"),
        known=when(known),
        due=when(due(known)),
    )
    yield _plain(
        _("3. Persons concerned: {n}. Countries: {countries}."),
        n=number(extent.people),
        countries=country_names(extent.countries) or "–",
    )
    yield _plain(_("4. Kinds of data: {data}."), data=kinds_of_data()[case.kind])
    yield str(_("5. Likely consequences: … (unwanted messages, loss of confidentiality, harm where somebody lives)"))
    yield _plain(_("6. Measures taken or planned: {steps} …"), steps=first_steps()[case.kind])
    yield str(_("7. Whether those concerned are told, when and how: …"))


def _to_those_concerned(house: House, case: Case) -> Iterator[str]:
    controller = house.controller
    yield headed(1, _("Message to those concerned (Art. 34 GDPR)"))
    yield _plain(
        _("We are writing because data of yours may have come into wrong hands. What happened: {what}. {span}"),
        what=breach_names()[case.kind],
        span=_span(case),
    )
    yield _plain(_("These data may be concerned: {data}."), data=kinds_of_data()[case.kind])
    yield str(
        _(
            "What this may mean for you: … What we have done: … What you can do: be wary of unexpected messages that "
            "refer to us, and sign out browsers you do not know in /devices."
        )
    )
    yield _plain(
        _(
            "We are sorry. Please ask us anything: {email}. Data protection officer: {officer}. You may complain to "
            "the supervisory authority: {authority}."
        ),
        email=controller.email or controller.name,
        officer=controller.officer or "…",
        authority=controller.authority or "…",
    )


def _span(case: Case) -> str:
    if case.since is None or case.until is None:
        return ""
    return _plain(_("Between {since} and {until}."), since=day(case.since), until=day(case.until))


def _plain(sentence: Markup, **values: object) -> str:
    """Without escaping: the file is copied from, not shown."""
    return str(sentence).format(**values)
