"""What the surveys of the invented network ask, and what people answer in their own words. Data only."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.demo.announced import HYDROGEN
from bot.domain.questionnaires import Asked, Kind

Said = Mapping[str, str]


def _in(de: str, en: str, zh: str) -> Said:
    return {"de": de, "en": en, "zh_Hans": zh}


class Built(NamedTuple):
    """A survey of the coordinator's. `segment` None asks everybody, so that a second one opened it. Opened and over so
    many days ago (a negative number is to come). `share` of those asked have answered: `drawn` is how often what, by
    the key of a question (of dates the days), `words` is by language. `silent` have not, and find it in their chat."""

    titles: Said
    intros: Said
    questions: tuple[Asked, ...]
    drawn: Mapping[str, Mapping[str, int]]
    words: Mapping[str, tuple[str, ...]]
    segment: str | None
    anonymous: bool
    opened_by: str
    opened: int
    over: int
    share: float
    silent: tuple[str, ...] = ()


NETWORK = Built(
    titles=_in("Was wünschen Sie sich von uns?", "What would you like from us?", "您对校友网络有哪些期待？"),
    intros=_in(
        "Sechs kurze Fragen für die Planung des kommenden Jahres.",
        "Six short questions for our plans for the coming year.",
        "共六个小问题，供我们制定明年的计划参考。",
    ),
    questions=(
        Asked(
            "q1",
            Kind.CHOICE,
            _in(
                "Wie halten Sie vor allem Kontakt zur Universität?",
                "How do you mainly keep in touch with the university?",
                "您主要通过什么方式与学校保持联系？",
            ),
            (
                _in("Treffen des Clubs", "Meetings of my club", "校友会活动"),
                _in("Mitteilungen hier im Chat", "News here in the chat", "这里收到的通知"),
                _in("Frühere Mitstudierende", "People I studied with", "昔日同学"),
                _in("Bisher kaum", "Hardly so far", "目前联系很少"),
            ),
            required=True,
        ),
        Asked(
            "q2",
            Kind.SEVERAL,
            _in("Wovon soll es mehr geben?", "What should there be more of?", "您希望增加哪些内容？"),
            (
                _in("Fachvorträge", "Talks", "专业讲座"),
                _in("Firmenbesuche", "Company visits", "企业参访"),
                _in("Mentoring", "Mentoring", "导师计划"),
                _in("Treffen mit Familie", "Meetings with families", "家庭聚会"),
            ),
        ),
        Asked(
            "q3",
            Kind.SCALE,
            _in(
                "Wie verbunden fühlen Sie sich mit der Universität?",
                "How close do you feel to the university?",
                "您对母校的归属感如何？",
            ),
            ends=(_in("gar nicht", "not at all", "完全没有"), _in("sehr", "very", "非常强")),
            least=1,
            most=5,
        ),
        Asked(
            "q4",
            Kind.NUMBER,
            _in(
                "Zu wie vielen Treffen im Jahr würden Sie kommen?",
                "How many meetings a year would you come to?",
                "您每年愿意参加几次聚会？",
            ),
            most=50,
        ),
        Asked(
            "q5",
            Kind.DATE,
            _in(
                "Wann waren Sie zuletzt an der Universität?",
                "When were you last at the university?",
                "您最近一次回母校是什么时候？",
            ),
        ),
        Asked(
            "q6",
            Kind.TEXT,
            _in("Was möchten Sie uns noch sagen?", "Is there anything else?", "您还有哪些建议？"),
        ),
    ),
    drawn={
        "q1": {"1": 28, "2": 34, "3": 24, "4": 14},
        "q2": {"1": 55, "2": 45, "3": 35, "4": 20},
        "q3": {"1": 5, "2": 12, "3": 28, "4": 34, "5": 21},
        "q4": {"1": 14, "2": 26, "3": 18, "4": 20, "6": 10, "10": 6, "12": 6},
        "q5": {"-40": 20, "-190": 30, "-400": 26, "-760": 16, "-1500": 8},
    },
    words={
        "de": (
            "Mehr Termine am Wochenende, bitte.",
            "Die Vorträge auch online anbieten.",
            "Ein Treffen im Vogtland wäre schön.",
            "Ich helfe gern bei der Betreuung von Austauschstudierenden.",
            "Weiter so!",
        ),
        "en": ("More events outside the capitals, please.", "Please record the talks.", "A list of topics in advance."),
        "zh_Hans": (
            "希望多组织行业交流活动。",
            "建议讲座提供线上直播。",
            "希望恢复每年一次的返校活动。",
            "可以组织校友企业互访。",
            "感谢校友办公室的付出！",
        ),
    },
    segment=None,
    anonymous=True,
    opened_by="second",
    opened=47,
    over=33,
    share=0.27,
)

REFRESHER = Built(
    titles=_in(
        "Refresher-Programm Wasserstoff",
        "Refresher programme on hydrogen",
        "氢能校友进修项目：征求您的意见",
    ),
    intros=_in(
        "Wir planen ein Refresher-Programm zu Energie und Wasserstoff. Ihre Antworten fließen in die Planung ein.",
        "We are planning a refresher programme on energy and hydrogen. Your answers help us decide what goes into it.",
        "我们计划举办能源与氢能主题的校友进修项目，课程内容将参考您的意见确定。",
    ),
    questions=(
        Asked(
            "q1",
            Kind.CHOICE,
            _in("Würden Sie teilnehmen?", "Would you take part?", "您是否有意参加？"),
            (
                _in("Ja, die ganze Woche", "Yes, all week", "是，全程参加"),
                _in("Ja, einzelne Tage", "Yes, some days", "是，参加部分日程"),
                _in("Diesmal nicht", "Not this time", "这次不参加"),
            ),
            required=True,
        ),
        Asked(
            "q2",
            Kind.SEVERAL,
            _in("Welche Themen interessieren Sie?", "Which topics interest you?", "您对哪些主题感兴趣？"),
            (
                _in("Elektrolyse", "Electrolysis", "电解制氢"),
                _in("Speicher und Netze", "Storage and grids", "储能与电网"),
                _in("Förderung und Recht", "Funding and law", "资助与法规"),
                _in("Besuch einer Anlage", "A visit to a plant", "实地参观"),
            ),
        ),
        Asked(
            "q3",
            Kind.SCALE,
            _in("Wie vertraut ist Ihnen das Thema?", "How familiar are you with it?", "您对该主题的熟悉程度？"),
            ends=(_in("neu", "new to me", "初次接触"), _in("mein Beruf", "my profession", "本职工作")),
            least=1,
            most=5,
        ),
        Asked(
            "q4",
            Kind.NUMBER,
            _in(
                "Seit wie vielen Jahren arbeiten Sie?", "For how many years have you worked?", "您的工作年限是多少年？"
            ),
            most=60,
        ),
        Asked(
            "q5",
            Kind.DATE,
            _in("Ab wann könnten Sie anreisen?", "From when could you come?", "您最早何时可以出发？"),
        ),
        Asked(
            "q6",
            Kind.TEXT,
            _in("Was könnten Sie selbst beitragen?", "What could you contribute?", "您可以为项目提供哪些支持？"),
        ),
    ),
    drawn={
        "q1": {"1": 40, "2": 38, "3": 22},
        "q2": {"1": 50, "2": 45, "3": 30, "4": 60},
        "q3": {"1": 10, "2": 24, "3": 32, "4": 22, "5": 12},
        "q4": {"3": 10, "8": 18, "12": 14, "16": 18, "19": 14, "23": 12, "27": 8, "31": 6},
        "q5": {"170": 30, "185": 40, "200": 30},
    },
    words={
        "de": ("Einen Vortrag über unser Pilotprojekt.", "Eine Führung durch unser Wasserstofflabor."),
        "en": ("A talk on what investors ask.", "I can moderate a discussion."),
        "zh_Hans": ("可安排参观我们的加氢站。", "可以介绍山西氢能产业的情况。", "可协助联系设备厂家。"),
    },
    segment=HYDROGEN,
    anonymous=False,
    opened_by="coordinator",
    opened=3,
    over=-11,
    share=0.12,
    silent=("taiyuan", "london"),
)

SURVEYS = (NETWORK, REFRESHER)
