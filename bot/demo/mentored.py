"""What people of the invented network write about mentoring, and what they offer and seek; by their language."""

GOALS = {
    "de": (
        "Ich möchte mich mit einem Ingenieurbüro selbstständig machen.",
        "Ich suche den Einstieg bei einem deutschen Unternehmen in China.",
        "Ich bewerbe mich zum ersten Mal um eine Leitungsstelle.",
        "Ich möchte von der Hochschule in die Industrie wechseln.",
        "Ich plane ein gemeinsames Projekt mit einer chinesischen Kommune.",
    ),
    "zh_Hans": (
        "希望了解如何在德国找到合适的工作。",
        "准备创办一家环保技术公司，想听听过来人的建议。",
        "从技术岗位转做管理，希望有人指点。",
        "想申请海外博士，希望了解申请经验。",
        "希望与德国企业建立长期合作。",
    ),
    "en": (
        "I would like to move from research into industry.",
        "I am founding a company and would like somebody to think along.",
        "I am preparing for my first post abroad.",
        "I would like to understand how partnerships with universities work.",
        "I lead a team for the first time.",
    ),
}
HELPS = {
    "de": ("Berufseinsteiger*innen aus den Ingenieurwissenschaften", "Gründer*innen in den ersten zwei Jahren", None),
    "zh_Hans": ("刚参加工作的校友", "有意赴德发展的校友", None),
    "en": ("People in their first job", "Founders in their first two years", None),
}
AVAILABLE = {
    "de": ("werktags ab 18 Uhr", "am Wochenende", None),
    "zh_Hans": ("工作日晚上", "周末上午", None),
    "en": ("weekday evenings", "at weekends", None),
}
# Kind, topic, words by language.
OFFERS = (
    (
        "offer",
        "industry40",
        {
            "de": "Führung durch unsere Fertigung für Gruppen bis 15 Personen",
            "zh_Hans": "可为 15 人以内的团组安排参观我们的生产线",
            "en": "A tour of our production for groups of up to 15",
        },
    ),
    (
        "offer",
        "energy",
        {
            "de": "Vortrag über Energieeffizienz in Kommunen",
            "zh_Hans": "可做城市节能主题的讲座",
            "en": "A talk on energy efficiency in cities",
        },
    ),
    (
        "offer",
        "trade",
        {
            "de": "Auskunft zu Messen in Shanghai",
            "zh_Hans": "可提供上海展会方面的信息",
            "en": "Advice on trade fairs in Shanghai",
        },
    ),
    (
        "offer",
        None,
        {
            "de": "Zimmer für Austauschstudierende in den Semesterferien",
            "zh_Hans": "假期可为交换生提供住宿",
            "en": "A room for exchange students in the holidays",
        },
    ),
    (
        "seek",
        "startup",
        {
            "de": "Mitgründer*in für ein Vorhaben zur Wasseraufbereitung",
            "zh_Hans": "寻找水处理项目的创业伙伴",
            "en": "A co-founder for a water treatment venture",
        },
    ),
    (
        "seek",
        "higher-education",
        {
            "de": "Partnerhochschule für eine Summer School 2027",
            "zh_Hans": "为2027年暑期学校寻找合作院校",
            "en": "A partner university for a summer school in 2027",
        },
    ),
    (
        "seek",
        "hydrogen",
        {
            "de": "Kontakt zu Herstellern von Elektrolyseuren",
            "zh_Hans": "希望结识电解槽生产厂家",
            "en": "Contact with makers of electrolysers",
        },
    ),
    (
        "seek",
        "environment",
        {
            "de": "Gastredner*in für ein Treffen in Leipzig",
            "zh_Hans": "为校友聚会邀请环保领域的演讲嘉宾",
            "en": "A guest speaker for a meetup in Leipzig",
        },
    ),
)
