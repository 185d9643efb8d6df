"""Data as handlers would give it, in three languages."""

from bot.drawing.data import Answers, Bars, Months, Stacks, Survey

GERMAN: Survey = {
    "title": "Neujahrsempfang des Alumni-Netzwerks Sachsen in Shanghai",
    "subtitle": ["Do., 12. März 2026, 19:00 · Goethe-Institut, Shanghai", "Rückmeldungen bis 26. März 2026"],
    "figures": [
        {"value": "62 %", "label": "Rücklaufquote", "note": "35 von 56 Gästen"},
        {"value": "+31", "label": "Weiterempfehlung (NPS)", "note": "von −100 bis +100"},
    ],
    "scores": {
        "title": "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
        "counts": [0, 0, 1, 0, 1, 2, 3, 5, 6, 8, 9],
        "groups": ["Kritische (0–6)", "Zufriedene (7–8)", "Begeisterte (9–10)"],
    },
    "statements_title": "Wie sehr stimmen Sie zu?",
    "statements": [
        {"label": "Die Einladung kam rechtzeitig.", "counts": [1, 2, 4, 12, 16], "mean": "4,1"},
        {
            "label": "Ich habe Menschen kennengelernt, mit denen ich in Verbindung bleiben möchte, auch über die "
            "Hochschulpartnerschaftsvereinbarungsverhandlungen hinaus.",
            "counts": [0, 1, 3, 10, 21],
            "mean": "4,5",
        },
        {"label": "Der Ort war gut zu erreichen.", "counts": None, "mean": None},
        {
            "label": "Die Vorträge „Made in Chemnitz“ waren für mich nützlich.",
            "counts": [3, 9, None, 8, 9],
            "mean": None,
        },
    ],
    "scale": ["stimme gar nicht zu", "stimme voll zu"],
    "suppressed": "weniger als 5 Antworten",
    "comments_title": "In eigenen Worten",
    "comments": [
        "Ein wunderbarer Abend – herzlichen Dank an alle, die ihn vorbereitet haben!",
        "Nächstes Mal bitte mehr Zeit für Gespräche und etwas weniger Begrüßungen. Die Rede war für meinen Geschmack "
        "zu lang, aber die anschließende Diskussion über „Industrie 4.0“ und die Zukunft der Werkzeugmaschinen hat "
        "das mehr als wettgemacht.",
        "Kosten: $5 bis $10, gern auch _mehr_.",
        "很高兴见到老同学，谢谢！",
        *(f"Gern wieder, auch in einer anderen Stadt. ({n})" for n in range(12)),
    ],
    "more": "… und {count} weitere",
    "footer": "Anonyme Antworten, in Schritten von fünf veröffentlicht. Schraffiert: zum Schutz der Antwortenden nicht "
    "gezeigt.",
}

ENGLISH: Survey = {
    "title": "New Year’s Reception, Saxony Alumni Shanghai",
    "subtitle": ["Thu, 12 March 2026, 19:00 · Goethe-Institut, Shanghai"],
    "figures": [
        {"value": "62%", "label": "Response rate", "note": "35 of 56 guests"},
        {"value": None, "label": "Net Promoter Score", "note": "from −100 to +100"},
    ],
    "scores": {
        "title": "How likely are you to recommend us to a fellow graduate?",
        "counts": [0, 0, None, 0, None, 2, 3, 5, 6, 8, 9],
        "groups": ["Detractors (0–6)", "Passives (7–8)", "Promoters (9–10)"],
    },
    "statements_title": "How far do you agree?",
    "statements": [
        {"label": "The invitation reached me in good time.", "counts": [0, 0, 0, 0, 35], "mean": "5.0"},
        {"label": "I met people I’d like to stay in touch with.", "counts": [7, 7, 7, 7, 7], "mean": "3.0"},
        {"label": "The venue was easy to reach.", "counts": [12, 10, 6, 5, 2], "mean": "2.3"},
    ],
    "scale": ["strongly disagree", "strongly agree"],
    "suppressed": "fewer than 5 answers",
    "comments_title": "In their own words",
    "comments": ["Lovely evening, thank you!", "It’s “exactly” what we need… more, please."],
    "more": "… and {count} more",
    "footer": "Anonymous answers, published in steps of five.",
}

CHINESE: Survey = {
    "title": "萨克森校友会上海新年招待会",
    "subtitle": ["2026年3月12日 星期四 19:00 · 上海歌德学院", "反馈截止：2026年3月26日"],
    "figures": [
        {"value": "62%", "label": "回复率", "note": "56位来宾中有35位回复"},
        {"value": "+31", "label": "净推荐值（NPS）", "note": "范围：−100 至 +100"},
    ],
    "scores": {
        "title": "您有多大可能向其他校友推荐我们？",
        "counts": [0, 0, 1, 0, 1, 2, 3, 5, 6, 8, 9],
        "groups": ["贬损者（0–6）", "被动者（7–8）", "推荐者（9–10）"],
    },
    "statements_title": "您在多大程度上同意以下说法？",
    "statements": [
        {"label": "我及时收到了邀请。", "counts": [1, 2, 4, 12, 16], "mean": "4.1"},
        {
            "label": "我结识了愿意继续保持联系的人，包括在开姆尼茨工业大学学习过的武曌老师、陈喆教授，以及“德国制造”"
            "研讨会上的各位同行，希望今后还有更多这样的机会。",
            "counts": [0, 1, 3, 10, 21],
            "mean": "4.5",
        },
        {"label": "活动地点交通便利。", "counts": None, "mean": None},
        {"label": "报告“开姆尼茨制造”对我很有帮助。", "counts": [3, 9, None, 8, 9], "mean": None},
    ],
    "scale": ["完全不同意", "完全同意"],
    "suppressed": "不足5份回答",
    "comments_title": "校友留言",
    "comments": [
        "很高兴见到老同学，谢谢组织者的辛勤付出！",
        "希望下次能多留一些交流的时间，致辞可以适当缩短；不过后面关于“工业4.0”和机床未来的讨论非常精彩，弥补了这一点。"
        "另外建议把会场安排在地铁站附近，方便大家往返。",
        "Sehr gern wieder!",
    ],
    "more": "……还有{count}条",
    "footer": "匿名回答，每满五份公布一次。斜线部分：为保护填写者而不显示。",
}

SURVEYS: dict[str, Survey] = {"de": GERMAN, "en": ENGLISH, "zh": CHINESE}

BARS: dict[str, Bars] = {
    "de": {
        "title": "Mitglieder nach Regionalklub",
        "subtitle": ["Stand: 1. März 2026"],
        "bars": [
            {"label": "Chemnitz", "value": 1204, "shown": "1.204"},
            {"label": "Shanghai", "value": 311},
            {"label": "Baden-Württemberg und Rhein-Neckar-Metropolregion", "value": 87},
            {"label": "Ulaanbaatar", "value": None},
            {"label": "Hanoi", "value": 0},
        ],
        "suppressed": "weniger als 5",
        "footer": "Nur bestätigte Mitglieder.",
    },
    "en": {
        "title": "Members by regional club",
        "bars": [{"label": f"Club {n}", "value": 100 - n} for n in range(45)],
        "suppressed": "fewer than 5",
        "more": "… and {count} more",
        "footer": "Verified members only.",
    },
    "zh": {
        "title": "各地校友会会员人数",
        "bars": [
            {"label": "开姆尼茨", "value": 1204, "shown": "1,204"},
            {"label": "上海", "value": 311},
            {"label": "乌兰巴托", "value": None},
        ],
        "suppressed": "不足5人",
        "footer": "仅统计已验证的会员。",
    },
}

ANSWERS: Answers = {
    "title": "Sommerfest 2026: Was wünschen Sie sich?",
    "subtitle": ["12 Antworten, 40 % der Gefragten", "Offen bis Di., 24. März, 23:59"],
    "sections": [
        {
            "title": "1. Welcher Monat passt Ihnen?",
            "notes": ["12 Antworten"],
            "bars": [{"label": "Mai", "value": 7}, {"label": "Juni", "value": None}, {"label": "Juli", "value": None}],
            "quotes": [],
        },
        {"title": "2. Und sonst?", "notes": [], "bars": [], "quotes": ["Mehr Treffen", "多一些线上活动"]},
    ],
    "suppressed": "nicht gezeigt",
    "more": "… und {count} weitere",
    "footer": "Anonyme Antworten, in Schritten von fünf.",
}

MONTHS: dict[str, Months] = {
    "de": {
        "title": "Beitritte nach Monat",
        "subtitle": ["Alle bestätigten Mitglieder", "Di., 10. März 2026"],
        "months": [
            {"label": label, "year": "2025" if place < 9 else "2026", "value": value, "shown": shown}
            for place, (label, value, shown) in enumerate(
                [
                    ("Apr", 70, "70"),
                    ("Mai", 1204, "1.204"),
                    ("Jun", None, ""),
                    ("Jul", 0, "0"),
                    ("Aug", 25, "25"),
                    ("Sep", None, ""),
                    ("Okt", 310, "310"),
                    ("Nov", 75, "75"),
                    ("Dez", 80, "80"),
                    ("Jan", 65, "65"),
                    ("Feb", 70, "70"),
                    ("Mär", 5, "5"),
                ]
            )
        ],
        "suppressed": "nicht gezeigt",
        "footer": "Personen in Fünferschritten, abgerundet.",
    },
    "zh": {
        "title": "每月新加入人数",
        "months": [{"label": f"{n}月", "year": "2026年", "value": 15 * n} for n in range(1, 13)],
        "suppressed": "不显示",
        "footer": "人数以五为单位向下取整。",
    },
}

STACKS: dict[str, Stacks] = {
    "de": {
        "title": "Veranstaltungen: Antworten und Teilnahme",
        "parts": [
            "gekommen",
            "zugesagt, kein Einlass erfasst",
            "vielleicht",
            "abgesagt",
            "erwartet, nicht gekommen",
        ],
        "rows": [
            {"label": "Q4 2025: 12 Veranstaltungen", "counts": [640, 30, 55, 120, 45]},
            {"label": "Q1 2026: 3 Veranstaltungen", "counts": [40, 0, None, 15, None]},
            {"label": "Q2 2026: 1 Veranstaltung", "counts": None},
        ],
        "suppressed": "nicht gezeigt",
        "footer": "Personen in Fünferschritten, abgerundet.",
    },
    "zh": {
        "title": "校友对活动的评价",
        "parts": ["同意（4–5 分；推荐 9–10 分）", "一般（3 分；7–8 分）", "不同意（1–2 分；0–6 分）"],
        "rows": [{"label": "您会推荐这样的活动吗？", "counts": [55, 40, 20]}],
        "suppressed": "不显示",
        "footer": "人数以五为单位向下取整。",
    },
}
