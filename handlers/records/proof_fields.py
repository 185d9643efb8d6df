"""The list of data fields: surveys, and proof."""

from bot.conversation.i18n import N_
from bot.domain.retention import Kind
from handlers.records.terms import MADE, RECORD, WHO, Activity, Block, Lasting, Seen, Source

PROOF: tuple[Block, ...] = (
    Block(
        "participation",
        Activity.SURVEYS,
        Source.PROGRAM,
        Seen.NOBODY,
        Kind.SURVEYS,
        {"survey_id": N_("Survey"), "member_id": WHO, "state": N_("Asked or answered; no times")},
    ),
    Block(
        "ballot",
        Activity.SURVEYS,
        Source.MEMBER,
        Seen.ORGANISERS,
        Kind.SURVEYS,
        {
            "key": N_("Random key; leads to nobody"),
            "survey_id": N_("Survey"),
            "content": N_("Answers; shown from five answers on"),
            "shown": N_("Whether it is part of published results"),
        },
    ),
    Block(
        "consent",
        Activity.PROOF,
        Source.MEMBER,
        Seen.OFFICE,
        Lasting.MEMBER,
        {
            "id": RECORD,
            "member_id": WHO,
            "purpose": N_("What was agreed to or taken note of"),
            "given": N_("Given or withdrawn"),
            "version": N_("Version of the text"),
            "text": N_("Exact text"),
            "language": N_("Language of the text"),
            "at": MADE,
        },
    ),
    Block(
        "audit",
        Activity.PROOF,
        Source.PROGRAM,
        Seen.OFFICE,
        Kind.AUDIT,
        {
            "id": RECORD,
            "at": MADE,
            "actor": N_("Random member number of whoever did it"),
            "action": N_("What was done"),
            "subject": N_("Random member number of whom it was about"),
            "details": N_("Numbers of records; the reason for an export"),
        },
    ),
)
