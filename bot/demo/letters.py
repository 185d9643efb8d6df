"""What members wrote to the alumni office: questions, and proposals about clubs. By the same steps as any other."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.notices import Notice
from bot.demo.bystanders import lives_in, somebody
from bot.demo.shoes import MEMBER_IDS
from bot.domain.questions_to_office import About, Subject
from db import desks, threads
from db.models.clubs import Club, Proposal
from db.models.contact import Letter, Thread
from db.models.lists import Institution
from db.models.members import Member
from db.models.places import Place
from db.models.privacy import Audit
from db.threads import Content
from handlers.contact.telling import AnswerArrived, HandedOver, LetterArrived
from handlers.contact.waiting import remind_at
from handlers.coordination.proposals import ProposalWaits

# Who is fixed for which institution.
DESKS = {"tu-chemnitz": "coordinator", "nrw-programmes": "second", "tu-clausthal": "second"}

WAITS = (
    "Guten Tag, Frau Dr. Seidel,\n\nunsere Firma möchte im Herbst Studierende des Maschinenbaus für ein Praktikum in "
    "Nanjing gewinnen. An wen an der Fakultät wende ich mich am besten?"
)
ASKED = (
    "您好！我所在的高新区计划于九月组团访问德国，希望顺访鲁尔区的企业，并与当地校友见面。请问校友办公室能否协助安排？"
)
ANSWERED = (
    "李女士，您好！我们很乐意协助。请告知团组人数、日期和感兴趣的领域，我们将联系杜塞尔多夫地区校友会，一起商定行程。"
)
VISITING = (
    "Dear all, I shall be in Chengdu for two weeks in May. Could somebody put me in touch with the club there? I would "
    "gladly give a talk about hydrogen start-ups."
)
NOTE = "Liebe Frau Zhou, Sie kennen den Club in Chengdu. Könnten Sie Frau Hughes antworten?"

CLUB = (
    "In Dresden leben viele von uns, bis Chemnitz oder Leipzig ist es für einen Abend weit. Acht haben schon zugesagt, "
    "zum ersten Treffen könnten wir in unser Institut einladen."
)
VOLUNTEERS = (
    "我在苏州工业园区工作多年，熟悉当地的德资企业。苏州校友会暂时没有大使，我愿意承担这项工作，每季度组织一次活动。"
)

Notices = Iterator[tuple[str, Notice]]


def write_letters(session: Session, now: datetime) -> Notices:
    """One question waits, one is answered, one was handed over. Whose shoes one can step into are told."""
    for slug, name in DESKS.items():
        desks.fix(session, _institution(session, slug), MEMBER_IDS[name])
    yield "coordinator", LetterArrived(_waiting(session, now - timedelta(hours=20)).id)
    yield "taiyuan", AnswerArrived(_answered(session, now - timedelta(days=3)).id)
    yield "second", HandedOver(_handed_over(session, now - timedelta(hours=44)).id)


def _institution(session: Session, slug: str) -> Subject:
    return Subject(About.INSTITUTION, session.scalars(select(Institution.id).where(Institution.slug == slug)).one())


def _waiting(session: Session, at: datetime) -> Letter:
    return _ask(session, "chemnitz", _institution(session, "tu-chemnitz"), WAITS, at)


def _answered(session: Session, at: datetime) -> Letter:
    thread = _thread_of(session, _ask(session, "taiyuan", _institution(session, "nrw-programmes"), ASKED, at))
    later = at + timedelta(hours=26)
    _note(session, "question_answered", thread, later)
    return threads.answer(session, thread, _shoe(session, "second"), Content(ANSWERED), later)


def _handed_over(session: Session, at: datetime) -> Letter:
    thread = _thread_of(session, _ask(session, "london", Subject(About.EVENTS), VISITING, at))
    later, by, to = at + timedelta(hours=21), _shoe(session, "coordinator"), _shoe(session, "second")
    _note(session, "question_handed_over", thread, later, to=to.number)
    return threads.hand_over(session, thread, by, to, NOTE, later)


def _ask(session: Session, name: str, subject: Subject, words: str, at: datetime) -> Letter:
    return threads.ask(session, MEMBER_IDS[name], subject, Content(words), at, remind_at(at))


def _thread_of(session: Session, letter: Letter) -> Thread:
    return session.get_one(Thread, letter.thread_id)


def _shoe(session: Session, name: str) -> Member:
    return session.get_one(Member, MEMBER_IDS[name])


def _note(session: Session, action: str, thread: Thread, at: datetime, **details: str) -> None:
    """In the log, by the coordinator who is in it or hands it over."""
    by = "coordinator" if details else "second"
    asker = session.get_one(Member, thread.member_id).number
    about = {"thread": thread.id, **details}
    session.add(Audit(at=at, actor=_shoe(session, by).number, action=action, subject=asker, details=about))


# --- proposals -------------------------------------------------------------------------------------------------


def make_proposals(session: Session, now: datetime) -> Notices:
    """A club is proposed, and the coordinator is told; somebody offers to lead one that nobody leads."""
    founder = somebody(session, lives_in("Dresden"), Member.language == "de")
    club = Proposal(kind="club", place_id=founder.place_id, words=CLUB)
    yield "coordinator", ProposalWaits(_propose(session, founder, club, now - timedelta(days=2)))
    leader = somebody(session, lives_in("Suzhou"), Member.language == "zh_Hans")
    office = Proposal(kind="ambassador", club_id=_club_in(session, "Suzhou"), words=VOLUNTEERS)
    _propose(session, leader, office, now - timedelta(hours=30))


def _propose(session: Session, who: Member, row: Proposal, at: datetime) -> int:
    row.member_id, row.would_lead, row.made_at = who.id, True, at
    session.add(row)
    session.flush()
    about = {"proposal": row.id}
    session.add(Audit(at=at, actor=who.number, action="proposal_made", subject=who.number, details=about))
    return row.id


def _club_in(session: Session, city: str) -> int:
    return session.scalars(select(Club.id).join(Place, Place.id == Club.place_id).where(Place.name == city)).one()
