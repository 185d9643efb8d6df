"""What the announcements of the invented network say, and to whom. Data only."""

from typing import NamedTuple

from bot.domain.audience import By, Value
from db.models.announcements import AnnouncementState

Groups = dict[str, dict[By, tuple[Value, ...]]]

ENGINEERS, QUIET, HYDROGEN = "Ingenieurwissenschaften in Jiangsu", "一年未联系的校友", "Energy and hydrogen"
# Programmes, topics and clubs by their name in the tables; SILENT in days.
SEGMENTS: dict[str, Groups] = {
    ENGINEERS: {
        "all": {By.REGION: ("CN-JS",)},
        "any": {By.TOPIC: ("industry40", "materials"), By.PROGRAMME: ("tuc-mechanical", "tuc-electrical")},
    },
    "Mögliche Mentorinnen und Mentoren": {
        "any": {By.RELATION: ("doctoral", "staff", "professor"), By.ROLE: ("ambassador",)},
        "none": {By.SILENT: (365,)},
    },
    QUIET: {"all": {By.SILENT: (365,)}},
    "四川、山西项目在华校友": {"all": {By.PROGRAMME: ("nrw-sichuan", "nrw-shanxi"), By.COUNTRY: ("CN",)}},
    HYDROGEN: {"all": {By.TOPIC: ("energy", "hydrogen")}},
    "Alumni in Deutschland": {"all": {By.COUNTRY: ("DE",)}},
}


class Written(NamedTuple):
    """An announcement. `days` ago it went out; the author and who confirmed it are shoes, the club a city;
    `leads_to` is an address, or an event by its German title, as `event` is."""

    texts: dict[str, str]
    state: AnnouncementState
    author: str
    days: int = 0
    club: str | None = None
    segment: str | None = None
    event: str | None = None
    leads_to: str | None = None
    morning: bool = False
    confirmed: str | None = None
    hours_before: int = 1


WRITTEN = (
    Written(
        {
            "de": "Guten Tag, {name},\n\nab dem kommenden Semester stehen Ihnen *sechs Online-Kurse* der Universität "
            "offen, drei davon auf Englisch. Für Alumni sind sie kostenfrei.",
            "en": "Dear {name},\n\nfrom next term on, *six online courses* of the university are open to you, three of "
            "them in English. For alumni they are free of charge.",
            "zh_Hans": "{name}，您好！\n\n下学期起，学校有**六门在线课程**面向校友开放，其中三门以英语授课。"
            "校友可免费学习。",
        },
        AnnouncementState.DONE,
        "coordinator",
        days=24,
        leads_to="https://university.example/alumni/courses",
        confirmed="second",
    ),
    Written(
        {
            "zh_Hans": "{name}，您好！\n\n秋季讲座现已开始报名。晚宴席位有限，请您尽早回复。",
            "de": "Guten Tag, {name},\n\ndie Anmeldung zum Herbstvortrag ist eröffnet. Die Plätze beim Abendessen sind "
            "begrenzt; über eine baldige Antwort freuen wir uns.",
        },
        AnnouncementState.DONE,
        "shanghai",
        days=15,
        club="Shanghai",
        event="Herbstvortrag mit Abendessen",
    ),
    Written(
        {
            "de": "Guten Tag, {name},\n\nwir haben lange nichts von Ihnen gehört. Stimmen Ihre Angaben noch? Mit "
            "/profile sehen und ändern Sie sie.",
            "en": "Dear {name},\n\nwe have not heard from you for a long time. Is what we know of you still right? "
            "/profile shows it, and lets you change it.",
            "zh_Hans": "{name}，您好！\n\n许久没有您的消息。您的信息是否有变化？发送 /profile 即可查看和修改。",
        },
        AnnouncementState.DONE,
        "coordinator",
        days=13,
        segment=QUIET,
    ),
    Written(
        {
            "zh_Hans": "{name}，您好！\n\n江苏的中德企业正在邀请工程领域的演讲嘉宾。您愿意分享您的经验吗？",
            "de": "Guten Tag, {name},\n\ndeutsch-chinesische Unternehmen in Jiangsu suchen Vortragende aus den "
            "Ingenieurwissenschaften. Möchten Sie von Ihren Erfahrungen berichten?",
        },
        AnnouncementState.STOPPED,
        "second",
        days=10,
        segment=ENGINEERS,
    ),
    Written(
        {
            "de": "Guten Tag, {name},\n\nin einer Woche sprechen Fachleute aus dem Harz und aus Shanxi über "
            "*Wasserstoff*. Fragen können Sie auf Deutsch, Englisch und Chinesisch stellen.",
            "en": "Dear {name},\n\nin a week, experts from the Harz and from Shanxi talk about *hydrogen*. You can ask "
            "in German, English and Chinese.",
            "zh_Hans": "{name}，您好！\n\n一周后，来自哈茨和山西的专家将共同探讨**氢能**。"
            "您可以用中文、德语或英语提问。",
        },
        AnnouncementState.SENDING,
        "coordinator",
        segment=HYDROGEN,
        leads_to="Wasserstoff zwischen Harz und Shanxi",
        morning=True,
    ),
    Written(
        {
            "de": "Guten Tag, {name},\n\nder Jahresbericht der Alumni-Arbeit ist erschienen: was die Clubs auf die "
            "Beine gestellt haben, und was im kommenden Jahr geplant ist.",
            "en": "Dear {name},\n\nthe alumni report of this year is out: what the clubs have done, and what is "
            "planned for the next year.",
            "zh_Hans": "{name}，您好！\n\n本年度校友工作报告已经发布，介绍各地校友会的活动和下一年的计划。",
        },
        AnnouncementState.ASKED,
        "coordinator",
        leads_to="https://university.example/alumni/report",
    ),
    Written(
        {
            "de": "Guten Tag, {name},\n\nbitte merken Sie sich den Termin vor: Das *zentrale Alumni-Treffen* findet im "
            "kommenden Mai in Chemnitz statt. Die Einladung folgt.",
        },
        AnnouncementState.DRAFT,
        "coordinator",
        hours_before=20,
    ),
    Written(
        {"zh_Hans": "{name}，您好！\n\n岁末联欢正在筹备中，地点待定。期待与您相聚！"},
        AnnouncementState.DRAFT,
        "shanghai",
        club="Shanghai",
        hours_before=30,
    ),
)
