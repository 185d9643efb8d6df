"""Events of the invented network that were over months ago: they are what its statistics are about."""

from bot.demo.planned import Planned
from db.models.events import EventKind

PAST = (
    Planned(
        {"de": "Sommerabend des Clubs Chemnitz", "en": "Summer evening in Chemnitz"},
        {"de": "Auf der Wiese hinter dem Hörsaalgebäude."},
        "Chemnitz",
        days=-62,
        hour=18,
        guests=1,
        told=15,
    ),
    Planned(
        {"zh_Hans": "太原校友能源论坛", "de": "Energieforum in Taiyuan", "en": "Energy forum in Taiyuan"},
        {"zh_Hans": "煤炭转型与氢能：三位校友的经验。"},
        "Taiyuan",
        days=-108,
        hour=14,
        kind=EventKind.FOLLOW_UP,
        told=31,
    ),
    Planned(
        {"zh_Hans": "成都校友火锅之夜", "de": "Feuertopf-Abend in Chengdu", "en": "Hotpot evening in Chengdu"},
        {"zh_Hans": "边吃边聊。"},
        "Chengdu",
        days=-155,
        hour=18,
        guests=1,
        told=18,
    ),
    Planned(
        {"zh_Hans": "南京智慧城市讲座", "de": "Vortrag: Smart City in Nanjing", "en": "Talk: smart city in Nanjing"},
        {"zh_Hans": "讲座后自由交流。"},
        "Nanjing",
        days=-171,
        hour=15,
        kind=EventKind.LECTURE,
        told=14,
    ),
    Planned(
        {"zh_Hans": "苏州校友聚餐", "de": "Abendessen in Suzhou", "en": "Dinner in Suzhou"},
        {"zh_Hans": "欢迎携家属参加。"},
        "Suzhou",
        days=-240,
        hour=17,
        guests=2,
        told=16,
    ),
    Planned(
        {"de": "Werkstattgespräch in Leipzig", "en": "Workshop talk in Leipzig"},
        {"de": "Ehemalige berichten aus der Praxis."},
        "Leipzig",
        days=-236,
        hour=17,
        kind=EventKind.LECTURE,
        told=9,
    ),
)
