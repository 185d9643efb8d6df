"""Events of the invented network: past ones with their answers, one that is running, and coming ones of every kind."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo.clubs import Gathering, Regional
from bot.demo.ground import Ground
from bot.demo.members import Person
from bot.demo.past import PAST
from bot.demo.planned import Planned
from bot.demo.shoes import MEMBER_IDS
from bot.domain.local_time import at_or_after
from db.models.events import EventKind, EventState
from db.surveys import OPEN_FOR

Row = dict[str, Any]
# Shares of those asked who say yes, maybe, no; the rest has not answered.
ANSWERS = {"yes": 0.35, "maybe": 0.1, "no": 0.12}
CAME = 0.85


KEEP = ("主题很贴近实际", "晚宴的座位安排", "Die Gespräche am Tisch", "讲者的案例", "The mix of industries")
CHANGE = ("开始时间可以早一些", "Mehr Zeit für Fragen", "麦克风音量", "A list of participants beforehand")

EVENTS = (
    Planned(
        {"de": "Stammtisch im November-Nebel", "en": "Regulars' table"},
        {"de": "Wie jeden Monat: gutes Essen, alte Geschichten, neue Kontakte."},
        "Chemnitz",
        days=3,
        hour=19,
        venue="Gasthaus Am Schloßteich",
        seats=12,
        guests=1,
        waiting=3,
        spot=(50.8425, 12.9128),
    ),
    Planned(
        {"zh_Hans": "太原校友周末茶叙", "de": "Teerunde der Alumni in Taiyuan", "en": "Alumni tea in Taiyuan"},
        {
            "zh_Hans": "喝茶、叙旧，聊聊能源转型项目的近况。",
            "de": "Tee, Erinnerungen und Neues aus den Energieprojekten.",
        },
        "Taiyuan",
        days=4,
        hour=15,
        venue="晋阳茶馆",
        seats=90,
        guests=2,
        invited=("taiyuan",),
        spot=(37.8570, 112.5490),
    ),
    Planned(
        {"en": "Pub evening by the river", "de": "Abend im Pub an der Themse"},
        {"en": "First round on the club. Friends are welcome."},
        "London",
        days=6,
        hour=18,
        venue="The Old Wharf",
        seats=20,
        guests=3,
        invited=("london",),
        spot=(51.5081, -0.0759),
    ),
    Planned(
        {
            "de": "Wasserstoff zwischen Harz und Shanxi",
            "en": "Hydrogen between the Harz and Shanxi",
            "zh_Hans": "氢能：从哈茨到山西",
        },
        {
            "de": "Online-Vortrag mit Diskussion, deutsch und chinesisch gedolmetscht.",
            "en": "An online talk with discussion, interpreted in German and Chinese.",
            "zh_Hans": "线上讲座与讨论，中德双语同传。",
        },
        "Goslar",
        days=7,
        hour=13,
        kind=EventKind.LECTURE,
        club=False,
        lasts=1.5,
        online="https://meet.example/hydrogen",
        invited=("london", "chemnitz", "taiyuan", "shanghai"),
        comes=("london",),
    ),
    Planned(
        {"de": "Refresher: Smart City", "zh_Hans": "校友进修项目：智慧城市", "en": "Refresher: smart city"},
        {
            "zh_Hans": "面向江苏、山西、四川项目校友，分集体与个人两个部分。",
            "de": "Gemeinsamer und individueller Teil.",
        },
        "Düsseldorf",
        days=60,
        hour=9,
        kind=EventKind.REFRESHER,
        club=False,
        lasts=24 * 5 + 8,
        seats=15,
        invited=("taiyuan", "shanghai"),
    ),
    Planned(
        {"zh_Hans": "上海校友会企业参访", "de": "Firmenbesuch des Clubs Shanghai", "en": "Company visit in Shanghai"},
        {"zh_Hans": "参访后共进晚餐。"},
        "Shanghai",
        days=0,
        hour=-1,
        lasts=4,
        venue="恒拓自动化上海分公司",
        seats=25,
        guests=1,
        questions=[{"zh_Hans": "您吃素吗？", "de": "Essen Sie vegetarisch?", "en": "Do you eat vegetarian food?"}],
        spot=(31.2304, 121.4737),
    ),
    Planned(
        {"zh_Hans": "岁末联欢", "de": "Jahresausklang", "en": "End-of-year gathering"},
        {"zh_Hans": "草稿：地点待定。"},
        "Shanghai",
        days=24,
        hour=18,
        seats=40,
        guests=1,
        state=EventState.DRAFT,
    ),
    Planned(
        {"zh_Hans": "秋季校友讲座与晚宴", "de": "Herbstvortrag mit Abendessen", "en": "Autumn talk and dinner"},
        {"zh_Hans": "主题：德国的工业4.0。"},
        "Shanghai",
        days=-6,
        hour=18,
        venue="外滩会议中心",
        seats=60,
        guests=1,
        told=13,
    ),
    Planned(
        {"de": "Laborführung an der Universität", "en": "A tour of the laboratories"},
        {"de": "Die neuen Labore im Maschinenbau, mit anschließendem Gespräch."},
        "Chemnitz",
        days=-1,
        hour=15,
        kind=EventKind.ALUMNI,
        seats=25,
        comes=("chemnitz",),
    ),
    Planned(
        {"zh_Hans": "北京校友徒步", "de": "Wanderung des Clubs Peking", "en": "Hike of the club in Beijing"},
        {"zh_Hans": "因天气原因取消。"},
        "Beijing",
        days=5,
        hour=9,
        seats=20,
        state=EventState.CANCELLED,
    ),
    *PAST,
)


class Programme:
    """Gives planned events their rows, always the same ones for the same random numbers."""

    def __init__(
        self, ground: Ground, clubs: Sequence[Regional], people: Sequence[Person], gathering: Gathering, now: datetime
    ) -> None:
        self._ground = ground
        self._clubs = {club.table.city: club for club in clubs}
        self._people = [person for person in people if person.verified is not None and person.erase_at is None]
        self._gathering = gathering
        self._now = now
        self._random = Random(7)  # noqa: S311 - nothing here is secret
        self._answers = 0

    def event_rows(self) -> list[Row]:
        return [self._event(number, planned) for number, planned in enumerate(EVENTS, 1)]

    def invitation_rows(self) -> list[Row]:
        """Whom events were told to."""
        rows = []
        for number, planned in enumerate(EVENTS, 1):
            if planned.state != EventState.DRAFT:
                rows += [{"event_id": number, "member_id": member} for member in sorted(self._told(planned))]
        return rows

    def attendance_rows(self) -> list[Row]:
        return [row for number, planned in enumerate(EVENTS, 1) for row in self._attendances(number, planned)]

    def survey_rows(self) -> list[Row]:
        """One survey a past event, with those who came asked. It is over after two weeks, and its results are final."""
        return [
            {
                "id": number,
                "event_id": number,
                "anonymous": True,
                "opened_at": self._end_of(planned),
                "closes_at": self._end_of(planned) + OPEN_FOR,
                "closed_at": self._end_of(planned) + OPEN_FOR if self._is_final(planned) else None,
                "shown": planned.told if self._is_final(planned) else None,
            }
            for number, planned in enumerate(EVENTS, 1)
            if planned.told
        ]

    def participation_rows(self, attendances: Sequence[Row]) -> list[Row]:
        surveyed = {number for number, planned in enumerate(EVENTS, 1) if planned.told}
        came = [row for row in attendances if row["event_id"] in surveyed and row["checked_in_at"] is not None]
        answered = [planned.told for planned in EVENTS]
        rows = []
        for number in surveyed:
            those = [row["member_id"] for row in came if row["event_id"] == number]
            for place, member in enumerate(sorted(those)):
                state = "answered" if place < answered[number - 1] else "asked"
                rows.append({"survey_id": number, "member_id": member, "state": state})
        return rows

    def ballot_rows(self, participations: Sequence[Row]) -> list[Row]:
        """As many ballots as answered, kind on the whole, some with words."""
        return [
            {
                "key": f"{self._random.getrandbits(128):032x}",
                "survey_id": row["survey_id"],
                "content": self._ballot(),
                "shown": self._is_final(EVENTS[row["survey_id"] - 1]),
            }
            for row in participations
            if row["state"] == "answered"
        ]

    def _ballot(self) -> dict[str, str]:
        pick = self._random.choice
        content = {
            "recommend": pick(("9", "8", "10", "9", "7", "10", "8", "6", "4")),
            "people": pick("34555"),
            "topic": pick("44553"),
            "organised": pick("45555"),
            "met": pick(("1", "2", "3", "5")),
        }
        if self._random.random() < 0.5:
            content["keep"] = pick(KEEP)
        if self._random.random() < 0.35:
            content["change"] = pick(CHANGE)
        return content

    def _is_final(self, planned: Planned) -> bool:
        return self._end_of(planned) + OPEN_FOR <= self._now

    def _end_of(self, planned: Planned) -> datetime:
        return self.start_of(planned) + timedelta(hours=planned.lasts)

    def start_of(self, planned: Planned) -> datetime:
        """By the venue's clock; hour -1 is the full hour that has just begun."""
        zone = self._ground.places[planned.city].zone
        if planned.hour < 0:
            return self._now.replace(minute=0, second=0, microsecond=0)
        today = self._now.astimezone(ZoneInfo(zone)).date()
        return at_or_after(today + timedelta(days=planned.days), time(planned.hour), zone)

    def _event(self, number: int, planned: Planned) -> Row:
        place, start = self._ground.places[planned.city], self.start_of(planned)
        club = self._clubs.get(planned.city) if planned.club else None
        published = min(start, self._now) - timedelta(days=10)
        leader = self._gathering.leaders.get(club.id) if club is not None else None
        organiser = leader.id if leader is not None else MEMBER_IDS["coordinator"]
        return {
            "id": number,
            "slug": f"demo{number:04d}",
            "kind": planned.kind,
            "state": planned.state,
            "club_id": club.id if club else None,
            "organiser_id": organiser,
            "titles": planned.titles,
            "descriptions": planned.about,
            "starts_at": start,
            "ends_at": start + timedelta(hours=planned.lasts),
            "zone": place.zone,
            "place_id": None if planned.online else place.id,
            "venue": planned.venue,
            "latitude": planned.spot[0] if planned.spot else None,
            "longitude": planned.spot[1] if planned.spot else None,
            "online_url": planned.online,
            "capacity": planned.seats or None,
            "guests_allowed": planned.guests,
            "answer_by": None,
            "audience": {"club": [club.id]} if club else {},
            "invited_only": planned.kind == EventKind.REFRESHER,
            "contact": leader.invented.named.full if leader is not None else "Dr. Katrin Seidel",
            "reminds": True,
            "questions": planned.questions,
            "sequence": 1 if planned.state == EventState.CANCELLED else 0,
            "walk_ins": 0,
            "created_at": published,
            "changed_at": published,
            "published_at": None if planned.state == EventState.DRAFT else published,
            "cancelled_at": self._now - timedelta(days=1) if planned.state == EventState.CANCELLED else None,
        }

    def _told(self, planned: Planned) -> list[int]:
        club = self._clubs.get(planned.city) if planned.club else None
        members = [key for key, row in self._gathering.members[club.id].items() if row["state"] == "in"] if club else []
        return sorted({*members, *(MEMBER_IDS[name] for name in (*planned.invited, *planned.comes))})

    def _attendances(self, number: int, planned: Planned) -> Iterator[Row]:
        """Those who said yes before the seats were gone; then the waiting list; then maybe and no."""
        if planned.state == EventState.DRAFT:
            return
        known = {MEMBER_IDS[name] for name in planned.comes}
        unasked = {MEMBER_IDS[name] for name in planned.invited} - known
        crowd = [each for each in self._told(planned) if each not in unasked | known and each > len(MEMBER_IDS)]
        if not planned.club:
            crowd = [person.id for person in self._random.sample(self._people, 40) if person.id > len(MEMBER_IDS)]
        self._random.shuffle(crowd)
        wanted = {state: max(2, round(len(crowd) * share)) for state, share in ANSWERS.items()}
        if planned.waiting:
            wanted["yes"] = planned.seats
        taken, yes, line = 0, 0, 0
        for member in (*sorted(known), *crowd):
            state = next((each for each, left in wanted.items() if left > 0), None)
            if member in known:
                state = "yes"
            if state is None:
                return
            wanted[state] -= 1
            guests = self._random.choice((0, 0, 0, 1)) if planned.guests and state == "yes" else 0
            full = planned.seats and taken + 1 + guests > planned.seats
            if state == "yes" and full:
                if line >= planned.waiting:
                    continue
                state, guests, line = "waiting", 0, line + 1
            elif state == "yes":
                taken, yes = taken + 1 + guests, yes + 1
            yield self._attendance(number, planned, member, state, guests, line)

    def _attendance(self, number: int, planned: Planned, member: int, state: str, guests: int, line: int) -> Row:
        self._answers += 1
        start = self.start_of(planned)
        over = start + timedelta(hours=planned.lasts) < self._now
        came = state == "yes" and over and self._random.random() < CAME
        return {
            "id": self._answers,
            "event_id": number,
            "member_id": member,
            "state": state,
            "guests": guests,
            "round": 1 if state == "yes" else 0,
            "line": line if state == "waiting" else None,
            "answered_at": min(start, self._now) - timedelta(hours=self._random.randint(3, 200)),
            "replies": {},
            "nonce": f"{self._random.getrandbits(64):016x}",
            "code": 1000 + self._answers if state == "yes" else None,
            "checked_in_at": start + timedelta(minutes=self._random.randint(-10, 25)) if came else None,
        }
