"""What the invented network is made of: the figures of the founding documents, cities, clubs, work. Data only."""

from typing import NamedTuple

Weights = dict[str, int]


class Group(NamedTuple):
    """People of one institution. `programme` None: any of its programmes. Years are those of leaving, or cohorts."""

    institution: str
    programme: str | None
    size: int
    cultures: Weights
    homes: dict[str, Weights]
    years: tuple[int, int]


class ClubAt(NamedTuple):
    """A regional club: its city (the gazetteer's English name), who admits members, whether it has an ambassador."""

    city: str
    admission: str = "open"
    led: bool = True


GERMANY: Weights = {
    "Chemnitz": 24,
    "Leipzig": 22,
    "Dresden": 14,
    "Berlin": 12,
    "Munich": 9,
    "Goslar": 6,
    "Clausthal-Zellerfeld": 5,
    "Braunschweig": 4,
    "Hamburg": 4,
    "Stuttgart": 4,
    "Zwickau": 4,
    "Frankfurt am Main": 4,
    "Düsseldorf": 3,
    "Aachen": 3,
    "Freiberg": 3,
    "Hanover": 3,
    "Cologne": 2,
    "London": 2,
    "Zurich": 2,
    "Vienna": 2,
    "Amsterdam": 2,
    "Shanghai": 2,
    "Nanjing": 1,
}
RHINE: Weights = {"Düsseldorf": 3, "Cologne": 2, "Aachen": 2, "Essen": 1, "Dortmund": 1, "Nanjing": 1, "Suzhou": 1}
CHINA: Weights = {
    "Beijing": 12,
    "Shanghai": 12,
    "Qingdao": 5,
    "Hangzhou": 5,
    "Wuhan": 5,
    "Chengdu": 5,
    "Nanjing": 4,
    "Xi'an": 4,
    "Guangzhou": 4,
    "Shenzhen": 4,
    "Kunming": 3,
    "Chemnitz": 4,
    "Leipzig": 4,
    "Goslar": 3,
    "Berlin": 3,
    "Munich": 3,
}
ENGLISH: Weights = {
    "London": 12,
    "Manchester": 4,
    "Edinburgh": 3,
    "Dublin": 3,
    "Oxford": 3,
    "Amsterdam": 4,
    "Rotterdam": 3,
    "Utrecht": 2,
    "Leipzig": 2,
    "Chemnitz": 2,
    "Singapore": 2,
    "Boston": 2,
}
JIANGSU: Weights = {
    "Nanjing": 30,
    "Suzhou": 18,
    "Wuxi": 12,
    "Changzhou": 9,
    "Nantong": 7,
    "Xuzhou": 6,
    "Yangzhou": 5,
    "Zhenjiang": 5,
    "Yancheng": 3,
    "Lianyungang": 2,
    "Shanghai": 9,
    "Beijing": 3,
    "Düsseldorf": 4,
    "Aachen": 1,
}
SHANXI: Weights = {
    "Taiyuan": 48,
    "Datong": 11,
    "Changzhi": 8,
    "Jinzhong": 7,
    "Linfen": 6,
    "Yuncheng": 5,
    "Jincheng": 5,
    "Yangquan": 3,
    "Shuozhou": 2,
    "Beijing": 10,
    "Shanghai": 3,
    "Düsseldorf": 3,
    "Essen": 1,
}
SICHUAN: Weights = {
    "Chengdu": 52,
    "Mianyang": 9,
    "Deyang": 6,
    "Leshan": 5,
    "Yibin": 5,
    "Luzhou": 4,
    "Zigong": 3,
    "Nanchong": 3,
    "Chongqing": 6,
    "Beijing": 4,
    "Shanghai": 3,
    "Düsseldorf": 2,
}
ELSEWHERE: Weights = {
    "Beijing": 16,
    "Shanghai": 14,
    "Wuhan": 8,
    "Shenyang": 7,
    "Jinan": 6,
    "Guangzhou": 6,
    "Hangzhou": 6,
    "Xi'an": 5,
    "Harbin": 4,
    "Changsha": 4,
    "Hefei": 3,
    "Cologne": 2,
    "Hong Kong": 1,
}
EVERYWHERE: dict[str, Weights] = {"de": GERMANY, "zh": CHINA, "en": ENGLISH}

# 265, 506, 237, 82 and 10 are the figures of the NRW programmes; the universities' are a sample.
GROUPS = (
    Group("nrw-programmes", "nrw-jiangsu", 265, {"zh": 1}, {"zh": JIANGSU}, (1991, 2019)),
    Group("nrw-programmes", "nrw-shanxi", 506, {"zh": 1}, {"zh": SHANXI}, (1990, 2019)),
    Group("nrw-programmes", "nrw-sichuan", 237, {"zh": 1}, {"zh": SICHUAN}, (1990, 2017)),
    Group("nrw-programmes", "nrw-other", 82, {"zh": 1}, {"zh": ELSEWHERE}, (1981, 1989)),
    Group("nrw-programmes", "nrw-young", 10, {"de": 1}, {"de": RHINE}, (2019, 2024)),
    Group("tu-chemnitz", None, 300, {"de": 72, "zh": 18, "en": 10}, EVERYWHERE, (1975, 2025)),
    Group("tu-clausthal", None, 140, {"de": 52, "zh": 36, "en": 12}, EVERYWHERE, (1978, 2025)),
    Group("htwk-leipzig", None, 160, {"de": 80, "zh": 10, "en": 10}, EVERYWHERE, (1976, 2025)),
)
WAITING = Group("tu-chemnitz", None, 4, {"de": 2, "zh": 1, "en": 1}, EVERYWHERE, (1995, 2025))

CLUBS = (
    ClubAt("Düsseldorf", "approval"),
    ClubAt("Aachen"),
    ClubAt("Berlin"),
    ClubAt("Chemnitz"),
    ClubAt("Leipzig"),
    ClubAt("Goslar"),
    ClubAt("Munich"),
    ClubAt("London"),
    ClubAt("Amsterdam", led=False),
    ClubAt("Beijing"),
    ClubAt("Shanghai", "approval"),
    ClubAt("Nanjing"),
    ClubAt("Suzhou", led=False),
    ClubAt("Chengdu"),
    ClubAt("Taiyuan"),
)

RELATIONS: dict[str, dict[tuple[str, ...], int]] = {
    "de": {
        ("graduate",): 50,
        ("graduate", "doctoral"): 10,
        ("graduate", "staff"): 8,
        ("nodegree",): 8,
        ("doctoral", "staff"): 6,
        ("staff",): 5,
        ("professor",): 6,
    },
    "zh": {("exchange",): 40, ("graduate",): 28, ("doctoral",): 16, ("exchange", "doctoral"): 8, ("guest",): 8},
    "en": {("exchange",): 52, ("graduate",): 24, ("doctoral",): 12, ("guest",): 8, ("staff",): 4},
}
LANGUAGES: dict[str, Weights] = {
    "de": {"de": 96, "en": 4},
    "zh": {"zh_Hans": 82, "de": 12, "en": 6},
    "en": {"en": 94, "de": 6},
}

# Function of a man, of a woman, and where. Companies are invented; offices have no name but what they are.
WORK: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "de": (
        ("Geschäftsführer", "Geschäftsführerin", ("Nordkamm Maschinenbau GmbH", "Elbquell Umwelttechnik GmbH")),
        ("Geschäftsführer", "Geschäftsführerin", ("Silberbach Automation GmbH", "Auenfeld Ingenieure GmbH")),
        ("Niederlassungsleiter", "Niederlassungsleiterin", ("Kranichfeld Antriebe AG, Büro {city}",)),
        ("Leiter Standortentwicklung", "Leiterin Standortentwicklung", ("Technologiepark {city}",)),
        ("Leiter Hochschulkooperation", "Leiterin Hochschulkooperation", ("Akademisches Auslandsamt",)),
        ("Referatsleiter", "Referatsleiterin", ("Landesministerium für Wirtschaft", "Landesamt für Umwelt")),
        ("Entwicklungsleiter", "Entwicklungsleiterin", ("Falkenau Fahrzeugtechnik GmbH", "Lichtenwald Sensorik GmbH")),
        ("Projektleiter Wasserstoff", "Projektleiterin Wasserstoff", ("Stadtwerke {city}",)),
        ("Softwarearchitekt", "Softwarearchitektin", ("Rabenstein Datenwerke GmbH",)),
        ("Gründer", "Gründerin", ("Morgenluft Robotik UG",)),
        ("Lehrer", "Lehrerin", ("Gymnasium {city}",)),
        ("Wissenschaftlicher Mitarbeiter", "Wissenschaftliche Mitarbeiterin", ("Institut für Werkstoffe",)),
    ),
    "zh": (
        ("总经理", "总经理", ("华辰精密机械有限公司", "锦源环保科技有限公司", "云岭新能源有限公司")),
        ("分公司总经理", "分公司总经理", ("远帆国际物流{city}分公司", "恒拓自动化{city}分公司")),
        ("合资公司董事长", "合资公司董事长", ("中德合资博远传动有限公司",)),
        ("管委会副主任", "管委会副主任", ("{city}高新科技园",)),
        ("国际合作处处长", "国际合作处处长", ("省属高校", "{city}职业技术学院")),
        ("外资处副处长", "外资处副处长", ("省商务厅",)),
        ("处长", "处长", ("省生态环境厅", "省科学技术厅")),
        ("副局长", "副局长", ("{city}市发展和改革局",)),
        ("教授", "教授", ("省属高校",)),
        ("总工程师", "总工程师", ("晋泰煤化工集团", "长虹桥水务有限公司")),
        ("研发总监", "研发总监", ("星图智能科技有限公司",)),
        ("高级工程师", "高级工程师", ("{city}规划设计研究院",)),
    ),
    "en": (
        ("Managing Director", "Managing Director", ("Harrowfield Analytics Ltd", "Larkspur Energy Ltd")),
        ("Head of Branch", "Head of Branch", ("Kestrel Drives plc, {city}",)),
        ("Head of International Partnerships", "Head of International Partnerships", ("University office",)),
        ("Policy Adviser", "Policy Adviser", ("Ministry of Trade",)),
        ("Product Manager", "Product Manager", ("Brightwater Software Ltd",)),
        ("Senior Lecturer", "Senior Lecturer", ("Department of Materials",)),
        ("Founder", "Founder", ("Tidegate Hydrogen Ltd",)),
    ),
}
RETIRED = {
    "de": ("Professor i. R.", "Professorin i. R."),
    "zh": ("退休教授",) * 2,
    "en": ("Professor emeritus", "Professor emerita"),
}
