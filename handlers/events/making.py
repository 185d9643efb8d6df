"""Ambassadors make a meetup, coordinators any event, by one form; they change it, and make the same once more."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.dates import NONE
from bot.conversation.i18n import N_, _, language
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import dual
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.audience import Audience, By, Condition, Value
from bot.domain.local_time import at
from db import clubs, drafts, events, lists, members
from db.models.events import Event, EventKind, EventState
from db.models.lists import Programme, Topic
from handlers.choices import SPOKEN
from handlers.events.audience_questions import SEGMENTS
from handlers.events.card import Organise
from handlers.events.changing import announce_change, as_it_is
from handlers.events.organising import ChangeEvent, CloneEvent, NewEvent, may_organise_or_refuse, organise
from handlers.events.questions import ESSENTIALS, EVENT, MORE, QUESTIONS, is_at_a_place, is_online, start_of, zone_of
from handlers.events.seats import settle


def new_event(turn: Turn) -> Outcome:
    """/event"""
    return begin_event(turn, NewEvent())


def begin_event(turn: Turn, tap: NewEvent) -> Outcome:
    answers: Answers = {}
    led = members.led_clubs(turn.session, turn.me.id)
    club = tap.club if tap.club is not None else led[0] if len(led) == 1 else None
    if club is not None and not members.is_coordinator(turn.session, turn.me.id):
        if club not in led:
            raise Refused(Reply(_("This is for the club's ambassador."), column(Button(_("Menu"), Go("menu")))))
        answers |= {"club": str(club), "kind": EventKind.MEETUP.value}
    return forms.begin(turn, MAKING, None if drafts.find(turn.connection, turn.me.id, MAKING.name) else answers)


def _defaults(turn: Turn) -> Answers:
    """What stands on the last card unless it is changed."""
    return {
        SPOKEN: language(),
        "answer_by": None,
        "audience": "club",
        "languages": [],
        "contact": turn.member.full_name,
        "reminds": "yes",
        **dict.fromkeys(QUESTIONS),
    }


def change_event(turn: Turn, tap: ChangeEvent) -> Outcome:
    """Opens the last card of the form with the event as it is."""
    event = may_organise_or_refuse(turn, tap.event)
    if event.state == EventState.CANCELLED or event.ends_at <= turn.now:
        raise Refused(organise(turn, Organise(event.id), _("This event can no longer be changed.")))
    return forms.begin_anew(turn, MAKING, {**_answers_of(turn, event), EVENT: event.id})


def clone_event(turn: Turn, tap: CloneEvent) -> Outcome:
    """Everything but the day is taken over."""
    event = may_organise_or_refuse(turn, tap.event)
    answers = _answers_of(turn, event)
    for name in ("day", "answer_by"):
        answers.pop(name)
    return forms.begin_anew(turn, MAKING, {**answers, "answer_by": None})


def save(turn: Turn, answers: Answers) -> Reply:
    """The event as a draft; or, where it exists, changed, and those who answered are told."""
    if answers.get(EVENT):
        return _save_change(turn, answers)
    if not _may_make(turn, answers):
        raise Refused(Reply(_("This is for the club's ambassador."), column(Button(_("Menu"), Go("menu")))))
    event = Event(slug=events.new_slug(), state=EventState.DRAFT, organiser_id=turn.me.id, created_at=turn.now)
    _fill(turn, event, answers)
    turn.session.add(event)
    turn.session.flush()
    turn.record("event_made", event=event.id)
    return organise(turn, Organise(event.id))


def _may_make(turn: Turn, answers: Answers) -> bool:
    if turn.scope.central or (answers["club"] == NONE and not turn.scope.is_empty):
        return True
    return answers["club"] != NONE and int(answers["club"]) in members.led_clubs(turn.session, turn.me.id)


def _save_change(turn: Turn, answers: Answers) -> Reply:
    event = may_organise_or_refuse(turn, answers[EVENT], lock=True)
    before = as_it_is(event)
    _fill(turn, event, answers)
    what = announce_change(turn.session, event, before, turn.now)
    settle(turn.session, event, turn.now)
    turn.record("event_changed", event=event.id, what=what)
    told = bool(what) and event.state == EventState.PUBLISHED
    return organise(
        turn,
        Organise(event.id),
        _("Saved. Those who answered are told what has changed.") if told else _("Saved."),
    )


def _fill(turn: Turn, event: Event, answers: Answers) -> None:
    """Bring a row in line with the answers."""
    zone = zone_of(turn, answers)
    asking = Asking(turn, answers)
    start = start_of(asking, answers["time"])
    event.kind = answers["kind"]
    event.club_id = int(answers["club"]) if answers["club"] != NONE else None
    event.titles, event.descriptions = _texts(answers, "title"), _texts(answers, "about")
    event.starts_at, event.zone = start, zone
    event.ends_at = start + timedelta(minutes=int(answers["length"]))
    _fill_place(event, answers)
    event.capacity = int(answers["capacity"]) or None
    event.guests_allowed = int(answers["guests"])
    event.answer_by = _last_moment(answers.get("answer_by"), zone, start)
    event.audience = _within_scope(turn, answers).to_json()
    event.invited_only = answers["audience"] == "invited"
    event.contact, event.reminds = answers.get("contact"), answers["reminds"] == "yes"
    event.questions = [{answers[SPOKEN]: answers[name]} for name in QUESTIONS if answers.get(name)]
    event.changed_at = turn.now


def _fill_place(event: Event, answers: Answers) -> None:
    there = is_at_a_place(answers)
    event.place_id = int(answers["city"]) if there else None
    event.venue = answers.get("venue") if there else None
    pin = [float(part) for part in answers["pin"].split(",")] if there and answers.get("pin") else [None, None]
    event.latitude, event.longitude = pin
    event.online_url = answers.get("link") if is_online(answers) else None


def _texts(answers: Answers, name: str) -> dict[str, str]:
    """Language -> text, for the languages written in."""
    own = {answers[SPOKEN]: answers[name]} if answers.get(name) else {}
    others = {tag: answers.get(f"{name}_{tag}") for tag in answers.get("languages") or []}
    return {**own, **{tag: text for tag, text in others.items() if text}}


def _last_moment(day: str | None, zone: str, start: datetime) -> datetime | None:
    """The end of the last day for answers, by the venue's clock; never after the start."""
    if day is None:
        return None
    return min(at(date.fromisoformat(day), time(23, 59), zone), start)


def _audience(answers: Answers) -> Audience:
    kind = answers["audience"]
    if kind == "club":
        return Audience((Condition(By.CLUB, (int(answers["club"]),)),))
    if kind == "clubs":
        return Audience((Condition(By.CLUB, tuple(int(club) for club in answers["clubs"])),))
    if kind != "segment":
        return Audience()
    conditions = [
        Condition(by, tuple(_value(by, each) for each in answers[name]))
        for name, by in SEGMENTS.items()
        if answers.get(name)
    ]
    if answers.get("cohort"):
        first, _dash, last = answers["cohort"].partition("-")
        conditions.append(Condition(By.COHORT, (int(first), int(last))))
    return Audience(tuple(conditions))


def _within_scope(turn: Turn, answers: Answers) -> Audience:
    """A club's own members are its ambassador's to speak to; everybody else only as far as one answers for them."""
    meant = _audience(answers)
    ones_own = answers["audience"] == "club" and int(answers["club"]) in members.led_clubs(turn.session, turn.me.id)
    return meant if ones_own or turn.scope.is_empty else turn.scope.narrow(meant)


def _value(by: By, chosen: str) -> int | str:
    return chosen if by in (By.REGION, By.RELATION) else int(chosen)


def _answers_of(turn: Turn, event: Event) -> Answers:
    """An event as the form's answers."""
    spoken = language() if language() in event.titles else next(iter(event.titles))
    local = event.starts_at.astimezone(ZoneInfo(event.zone))
    with_place, with_link = event.place_id is not None, event.online_url is not None
    answers: Answers = {
        **_defaults(turn),
        SPOKEN: spoken,
        "kind": event.kind,
        "club": str(event.club_id) if event.club_id else NONE,
        "title": event.titles[spoken],
        "about": event.descriptions.get(spoken),
        "format": "both" if with_place and with_link else "online" if with_link else "place",
        "city": str(event.place_id) if with_place else None,
        "venue": event.venue,
        "pin": f"{event.latitude:.6f},{event.longitude:.6f}" if event.latitude is not None else None,
        "link": event.online_url,
        "day": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
        "length": str(int((event.ends_at - event.starts_at).total_seconds() // 60)),
        "capacity": str(event.capacity or NONE),
        "guests": str(event.guests_allowed),
        "answer_by": event.answer_by.astimezone(local.tzinfo).date().isoformat() if event.answer_by else None,
        "languages": [tag for tag in event.titles if tag != spoken],
        "contact": event.contact,
        "reminds": "yes" if event.reminds else "no",
    }
    for tag in answers["languages"]:
        answers |= {f"title_{tag}": event.titles[tag], f"about_{tag}": event.descriptions.get(tag)}
    for name, asked in zip(QUESTIONS, event.questions, strict=False):
        answers[name] = next(iter(asked.values()))
    return answers | _audience_answers(turn, event)


def _audience_answers(turn: Turn, event: Event) -> Answers:
    if event.invited_only:
        return {"audience": "invited"}
    conditions = {condition.by: condition.values for condition in events.audience_of(event).conditions}
    if not conditions:
        return {"audience": "all"}
    if set(conditions) == {By.CLUB}:
        chosen = clubs.now_called(turn.session, [int(club) for club in conditions[By.CLUB]])
        if chosen == [event.club_id]:
            return {"audience": "club"}
        return {"audience": "clubs", "clubs": [str(club) for club in chosen]}
    named_by = {name: _chosen(turn, by, conditions.get(by, ())) for name, by in SEGMENTS.items()}
    years = conditions.get(By.COHORT)
    return {"audience": "segment", **named_by, "cohort": f"{years[0]}-{years[1]}" if years else None}


def _chosen(turn: Turn, by: By, values: tuple[Value, ...]) -> list[str]:
    """What was replaced in the lists meanwhile as what stands for it now."""
    table = {By.PROGRAMME: Programme, By.TOPIC: Topic}.get(by)
    if table is None:
        return [str(value) for value in values]
    return [str(entry) for entry in lists.stand_for_now(turn.session, table, [int(value) for value in values])]


def _summary(asking: Asking) -> Markup:
    """When it begins, by the venue's clock and the maker's own; then every line."""
    start = at(
        date.fromisoformat(asking.answers["day"]),
        time.fromisoformat(asking.answers["time"]),
        zone_of(asking.turn, asking.answers),
    )
    return _("<b>Is everything right?</b> Tap a line below to change it. It begins: {start}").format(
        start=dual(start, zone_of(asking.turn, asking.answers))
    )


MAKING = Form(
    name="event",
    title=lambda: _("Event"),
    questions=(*ESSENTIALS, *MORE),
    finish=save,
    summary=_summary,
    confirm=lambda: _("Save"),
    starts=_defaults,
)


def register(router: Router) -> None:
    router.command("event", new_event, gate=Gate.AMBASSADOR, about=N_("Plan an event"))
    router.tap(NewEvent, begin_event, gate=Gate.AMBASSADOR)
    router.tap(ChangeEvent, change_event, gate=Gate.AMBASSADOR)
    router.tap(CloneEvent, clone_event, gate=Gate.AMBASSADOR)
    router.form(MAKING, gate=Gate.AMBASSADOR)
