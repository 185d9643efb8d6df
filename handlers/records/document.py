"""The records of processing and the list of fields as one Markdown document, in the reader's language."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from bot.conversation.house import House
from bot.conversation.i18n import _, day
from bot.conversation.privacy_texts import where_servers_are
from bot.conversation.retention_texts import kind_names, kind_reasons, span_of
from bot.domain.retention import Kind
from handlers.records import wording
from handlers.records.fields import FIELDS
from handlers.records.terms import Activity, Block


def write(house: House, now: datetime) -> str:
    """The whole document. It holds nothing about any member."""
    parts = (_head(house, now), _activities(house), _abroad(house), _measures(), _retention(house), _fields(house))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(house: House, now: datetime) -> Iterator[str]:
    controller = house.controller
    yield headed(1, _("Records of processing and list of data fields"))
    yield ""
    yield str(_("{network}, made on {day} from the program itself.")).format(network=house.name, day=day(now))
    yield ""
    yield headed(2, _("Controller"))
    yield ""
    yield from _table(
        (_("Name"), controller.name),
        (_("Address"), controller.address),
        (_("E-mail"), controller.email),
        (_("Data protection officer"), controller.officer),
        (_("Supervisory authority"), controller.authority),
    )


def _activities(house: House) -> Iterator[str]:
    yield headed(2, _("Processing activities (Art. 30 GDPR)"))
    yield ""
    for activity, name in wording.activity_names().items():
        yield f"### {name}"
        yield ""
        yield from _table(
            (_("Purpose"), wording.purposes()[activity]),
            (_("Legal basis"), wording.legal_bases()[activity]),
            (_("Persons concerned"), wording.persons()[activity]),
            (_("Kinds of data"), wording.kinds_of_data()[activity]),
            (_("Tables"), ", ".join(_tables_of(activity))),
            (_("Recipients"), wording.recipients()[activity]),
            (_("Kept"), _spans_of(activity, house)),
        )


def _tables_of(activity: Activity) -> Iterable[str]:
    return dict.fromkeys(f"`{block.table}`" for block in FIELDS if block.activity is activity)


def _spans_of(activity: Activity, house: House) -> str:
    spans = (wording.kept_in_words(block.kept, house.keep) for block in FIELDS if block.activity is activity)
    return "; ".join(dict.fromkeys(map(str, spans)))


def _abroad(house: House) -> Iterator[str]:
    yield headed(2, _("Third countries"))
    yield ""
    yield "- " + where_servers_are(house.controller)
    yield "- " + _(
        "Whoever uses Telegram chooses a way on which messages pass through Telegram's servers outside the EU; the web "
        "page does without it."
    )
    yield "- " + _(
        "Members in China and elsewhere read what is meant for them where they live. People in mainland China agree "
        "separately to the transfer of their data abroad before anything is stored (PIPL, Art. 39)."
    )
    yield ""


def _measures() -> Iterator[str]:
    yield headed(2, _("Measures (Art. 32 GDPR)"))
    yield ""
    yield from (f"- {measure}" for measure in wording.measures())
    yield ""


def _retention(house: House) -> Iterator[str]:
    yield headed(2, _("What is erased by itself"))
    yield ""
    names, reasons = kind_names(), kind_reasons()
    yield from _rows(
        (_("What"), _("Kept"), _("What for")),
        ((names[kind], span_of(kind, house.keep), reasons[kind]) for kind in Kind),
    )


def _fields(house: House) -> Iterator[str]:
    yield headed(2, _("List of data fields"))
    yield ""
    names = wording.activity_names()
    for activity, blocks in groupby(FIELDS, lambda block: block.activity):
        yield f"### {names[activity]}"
        yield ""
        for block in blocks:
            yield from _block(block, house)


def _block(block: Block, house: House) -> Iterator[str]:
    """What holds for all fields of a block, then the fields."""
    yield f"#### `{block.table}`"
    yield ""
    yield str(_("Purpose and legal basis: as for “{activity}”. From: {source}. Seen by: {seen}. Kept: {kept}.")).format(
        activity=wording.activity_names()[block.activity],
        source=wording.source_names()[block.source],
        seen=wording.reader_names()[block.seen],
        kept=wording.kept_in_words(block.kept, house.keep),
    )
    yield ""
    yield from _rows((_("Field"), _("Meaning")), ((f"`{name}`", _(text)) for name, text in block.fields.items()))


def _table(*rows: tuple[str, str]) -> Iterator[str]:
    """Names and values; what the settings leave out is a dash."""
    yield from _rows(("", ""), ((f"**{name}**", value or "–") for name, value in rows))


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)
    yield ""


def headed(level: int, words: str) -> str:
    """A heading."""
    return f"{'#' * level} {words}"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
