"""Turning the answers of registration into what is known about a member, and back."""

from bot.conversation.questions import Answers
from bot.conversation.turn import Turn
from bot.domain.people import Audience, read_years
from db import members, places, registrations
from db.members import Studied
from db.models.members import Member
from db.models.records import Record
from db.registrations import Details
from handlers.cohorts import HAS_COHORTS, NONE, note_cohorts


def details_of(answers: Answers, this_year: int) -> Details:
    """The answers as plain values."""
    programme, cohort = answers.get("programme"), answers.get("cohort")
    return Details(
        full_name=answers["name"],
        other_name=answers.get("other_name"),
        addressed_as=answers["address"],
        relations=answers["relation"],
        institution=int(answers["institution"]),
        programme=int(programme) if programme and programme != NONE else None,
        cohort=int(cohort) if cohort and cohort != NONE else None,
        years=read_years(answers.get("years") or "", this_year) or (None, None),
        place=int(answers["city"]),
        topics=[int(topic) for topic in answers.get("topics") or []],
        function=answers.get("function"),
        employer=answers.get("employer"),
        visibility=_visibility(answers),
    )


def write_answers(turn: Turn, person: Member, answers: Answers) -> None:
    """Keep what was answered about this person; the city says the zone."""
    details = details_of(answers, turn.now.year)
    place = places.load_place(turn.session, details.place)
    assert place is not None
    registrations.write(turn.session, person, details, place.zone)
    turn.flush()


def _visibility(answers: Answers) -> dict[str, str]:
    """The wider audience wins where a field is named twice."""
    clubs = dict.fromkeys(answers.get("for_clubs") or [], Audience.CLUBS.value)
    return clubs | dict.fromkeys(answers.get("for_alumni") or [], Audience.ALUMNI.value)


def answers_of(turn: Turn, member: Member, in_network: bool) -> Answers:
    """A member's profile as the form's answers, to change one of them."""
    session = turn.session
    known = members.affiliations_of(session, member.id)
    visible = members.visibility_of(session, member.id)
    answers: Answers = {
        "name": member.full_name,
        "other_name": member.other_name,
        "address": member.addressed_as,
        "relation": members.relations_of(session, member.id),
        "city": str(member.place_id),
        "topics": [str(topic.id) for topic in members.topics_of(session, member.id)],
        "function": member.function,
        "employer": member.employer,
        "alumni": "yes" if in_network else "no",
        "for_clubs": [field for field, audience in visible.items() if audience == Audience.CLUBS],
        "for_alumni": [field for field, audience in visible.items() if audience == Audience.ALUMNI],
    }
    if known:
        answers |= _studied_answers(known[0])
    noted = note_cohorts(session, answers)
    return {"cohort": NONE, **noted} if noted[HAS_COHORTS] else noted


def _studied_answers(studied: Studied) -> Answers:
    """Years are an answer only where the cohort does not say them: whoever gives it up is asked for them."""
    affiliation, programme, cohort = studied.affiliation, studied.programme, studied.cohort
    years = "-".join(str(year) for year in (affiliation.from_year, affiliation.to_year) if year)
    return {
        "institution": str(affiliation.institution_id),
        "programme": str(programme.id) if programme else NONE,
        **({"cohort": str(cohort.id)} if cohort else {"years": years}),
    }


def answers_on_record(record: Record) -> Answers:
    """What a university's own list says about somebody, as the form's answers to begin with."""
    years = [str(year) for year in (record.from_year, record.to_year) if year] if record.to_year else []
    return {
        "name": record.full_name,
        "other_name": record.other_name,
        "institution": str(record.institution_id),
        "programme": str(record.programme_id) if record.programme_id else None,
        "years": "-".join(dict.fromkeys(years)),
    }
