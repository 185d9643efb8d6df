"""The events of the invented network: coming ones of every kind, one that is running, and past ones. Data only."""

from bot.demo.planned import Planned
from db.models.events import EventKind, EventState

COMING = (
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
            "de": "Online-Vortrag mit Diskussion, gedolmetscht Deutsch–Chinesisch.",
            "en": "An online talk with discussion, interpreted between German and Chinese.",
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
        {"zh_Hans": "北京校友徒步", "de": "Wanderung des Clubs Peking", "en": "Club hike in Beijing"},
        {"zh_Hans": "因天气原因取消。"},
        "Beijing",
        days=5,
        hour=9,
        seats=20,
        state=EventState.CANCELLED,
    ),
)
# Over for months: statistics are about them. Titles, what it was about, city, how many days ago, hour, how many have
# told afterwards, what kind it was, guests.
PAST = (
    (
        {"de": "Sommerabend des Clubs Chemnitz", "en": "Summer evening in Chemnitz"},
        {"de": "Auf der Wiese hinter dem Hörsaalgebäude."},
        ("Chemnitz", 62, 18, 15, EventKind.MEETUP, 1),
    ),
    (
        {"zh_Hans": "太原校友能源论坛", "de": "Energieforum in Taiyuan", "en": "Energy forum in Taiyuan"},
        {"zh_Hans": "煤炭转型与氢能：三位校友的经验。"},
        ("Taiyuan", 108, 14, 31, EventKind.FOLLOW_UP, 0),
    ),
    (
        {"zh_Hans": "成都校友火锅之夜", "de": "Feuertopf-Abend in Chengdu", "en": "Hotpot evening in Chengdu"},
        {"zh_Hans": "边吃边聊。"},
        ("Chengdu", 155, 18, 18, EventKind.MEETUP, 1),
    ),
    (
        {"zh_Hans": "南京智慧城市讲座", "de": "Vortrag: Smart City in Nanjing", "en": "Talk: smart city in Nanjing"},
        {"zh_Hans": "讲座后自由交流。"},
        ("Nanjing", 171, 15, 14, EventKind.LECTURE, 0),
    ),
    (
        {"zh_Hans": "苏州校友聚餐", "de": "Abendessen in Suzhou", "en": "Dinner in Suzhou"},
        {"zh_Hans": "欢迎携家属参加。"},
        ("Suzhou", 240, 17, 16, EventKind.MEETUP, 2),
    ),
    (
        {"de": "Werkstattgespräch in Leipzig", "en": "Workshop talk in Leipzig"},
        {"de": "Ehemalige berichten aus der Praxis."},
        ("Leipzig", 236, 17, 9, EventKind.LECTURE, 0),
    ),
)
EVENTS = (
    *COMING,
    *(
        Planned(titles, about, city, -ago, hour, kind=kind, guests=guests, told=told)
        for titles, about, (city, ago, hour, told, kind, guests) in PAST
    ),
)
