"""Drafts in all languages, as one file to copy from: for the authority (Art. 33) and for those concerned (Art. 34)."""

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, _, day, number, speaking, when
from bot.domain.breach import due
from db import breaches
from db.breaches import Case, Extent
from handlers.breaches.wording import breach_names, country_names, data_concerned, steps_for
from handlers.records.document import headed


def write(session: Session, house: House, zone: str, case: Case, known: datetime) -> str:
    """Both drafts in each language. They hold figures, and nobody's name."""
    extent = breaches.extent(session, case)
    parts: list[str] = []
    for tag in LANGUAGES:
        with speaking(tag, zone):
            parts += _to_the_authority(session, house, case, known, extent)
            parts += _to_those_concerned(session, house, case)
    return "\n\n".join(parts) + "\n"


def _to_the_authority(session: Session, house: House, case: Case, known: datetime, extent: Extent) -> Iterator[str]:
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
    yield _plain(_("4. Kinds of data: {data}."), data=data_concerned(session, case))
    yield str(_("5. Likely consequences: … (unwanted messages, loss of confidentiality, harm where somebody lives)"))
    yield _plain(_("6. Measures taken or planned: {steps} …"), steps=steps_for(session, case))
    yield str(_("7. Whether those concerned are told, when and how: …"))


def _to_those_concerned(session: Session, house: House, case: Case) -> Iterator[str]:
    yield headed(1, _("Message to those concerned (Art. 34 GDPR)"))
    for sentence, values in for_those_concerned(session, house, case, "…"):
        yield _plain(sentence, **values)


def for_those_concerned(
    session: Session, house: House, case: Case, words: str
) -> Iterator[tuple[Markup, dict[str, object]]]:
    """What they are told, paragraph by paragraph, each with its values; `words` is what only the office knows."""
    controller = house.controller
    yield (
        _("We are writing because data of yours may have come into wrong hands. What happened: {what}. {span}"),
        {"what": breach_names()[case.kind], "span": _span(case)},
    )
    yield _("These data may be concerned: {data}."), {"data": data_concerned(session, case)}
    yield _("What this may mean for you, and what we have done: {words}"), {"words": words}
    yield (
        _(
            "What you can do: be wary of unexpected messages that refer to us, and sign out browsers you do not know "
            "in /devices."
        ),
        {},
    )
    yield (
        _(
            "We are sorry. Please ask us anything: {email}. Data protection officer: {officer}. You may complain to "
            "the supervisory authority: {authority}."
        ),
        {
            "email": controller.email or controller.name,
            "officer": controller.officer or "…",
            "authority": controller.authority or "…",
        },
    )


def _span(case: Case) -> str:
    if case.since is None or case.until is None:
        return ""
    return _plain(_("Between {since} and {until}."), since=day(case.since), until=day(case.until))


def _plain(sentence: Markup, **values: object) -> str:
    """Without escaping: the file is copied from, not shown."""
    return str(sentence).format(**values)
