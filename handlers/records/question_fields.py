"""The list of data fields: questions to the alumni office, and proposals about clubs."""

from bot.conversation.i18n import N_
from bot.domain.retention import Kind
from handlers.records.terms import CHANGED, RECORD, STATE, WHO, Activity, Block, Lasting, Seen, Source

QUESTIONS: tuple[Block, ...] = (
    Block(
        "thread",
        Activity.CONTACT,
        Source.MEMBER,
        Seen.OFFICE,
        Kind.QUESTIONS,
        {
            "id": RECORD,
            "member_id": N_("Who asked"),
            "about": N_("What the question is about"),
            "institution_id": N_("Institution it is about"),
            "state": STATE,
            "assigned_to": N_("Coordinator it is with"),
            "opened_at": N_("Asked at"),
            "changed_at": CHANGED,
            "waiting_since": N_("Waiting for an answer since"),
            "remind_at": N_("When the office is reminded"),
            "reminded": N_("How often the office was reminded"),
            "answered_at": N_("Answered at"),
            "closed_at": N_("Closed at"),
        },
    ),
    Block(
        "letter",
        Activity.CONTACT,
        Source.MEMBER,
        Seen.OFFICE,
        Kind.QUESTIONS,
        {
            "id": RECORD,
            "thread_id": N_("Question it belongs to"),
            "by": N_("Member number of the coordinator who wrote it; empty where the member did"),
            "handed_to": N_("Member number of the colleague it was handed over to, with a note"),
            "text": N_("Words of the question or answer"),
            "attachment_id": N_("Picture or file that goes with it"),
            "at": N_("Sent at"),
        },
    ),
    Block(
        "desk",
        Activity.CONTACT,
        Source.OFFICE,
        Seen.OFFICE,
        Lasting.MEMBER,
        {
            "id": RECORD,
            "about": N_("What the question is about"),
            "institution_id": N_("Institution it is about"),
            "member_id": N_("Coordinator who answers such questions"),
        },
    ),
    Block(
        "proposal",
        Activity.CONTACT,
        Source.MEMBER,
        Seen.OFFICE,
        Kind.PROPOSALS,
        {
            "id": RECORD,
            "kind": N_("Whether a club is proposed, or somebody offers to lead one"),
            "member_id": WHO,
            "place_id": N_("City"),
            "club_id": N_("Club"),
            "words": N_("What they wrote about it"),
            "would_lead": N_("Whether they would lead the club"),
            "state": STATE,
            "made_at": N_("Proposed at"),
            "decided_at": N_("Decided at"),
            "decided_by": N_("Member number of whoever decided"),
            "note": N_("What the alumni office answered"),
        },
    ),
)
