"""Chinese names: in simplified characters, taken apart into family and given name, and as they are read."""

from collections.abc import Iterator
from itertools import product

from bot.domain.folding import fold
from db.gazetteer import han
from db.readings import readings

# Traditional characters of people's names, each before its simplified form; those of places are known to the gazetteer.
PAIRS = (
    "陳陈劉刘趙赵吳吴馮冯蔣蒋韓韩鍾钟譚谭龔龚嚴严閻阎顧顾項项單单閔闵駱骆儲储藺蔺偉伟豔艳艷艳瑩莹潔洁瓊琼嬌娇媽妈嫻娴"
    "婭娅儀仪億亿優优尋寻導导崢峥嶸嵘嶽岳帥帅幫帮廬庐彥彦憶忆應应戀恋戰战執执擁拥擇择攜携時时暉晖暢畅曄晔業业樺桦樸朴"
    "歡欢歲岁淨净渙涣湧涌濤涛瀾澜瀟潇灝灏煒炜煥焕燁烨爍烁獻献瑋玮璣玑畫画異异盡尽眾众祿禄禎祯稜棱穎颖競竞筆笔純纯終终"
    "絢绚緒绪緯纬綺绮綵彩緣缘繼继纖纤習习聰聪肅肃舉举藝艺蕓芸裝装訓训記记詠咏誠诚說说謙谦講讲識识譯译貞贞財财賢贤躍跃"
    "輝辉輕轻輪轮轉转選选遷迁郵邮醫医鈞钧鉅钜銘铭銳锐鋒锋鋼钢錄录鍵键鎧铠鏡镜鑄铸險险隱隐雋隽電电霽霁韻韵頌颂頤颐領领"
    "顯显飛飞駿骏騰腾驍骁驊骅驕骄鴻鸿鵬鹏齡龄嬋婵婦妇寵宠峯峰嵐岚師师彙汇彌弥從从復复悅悦戲戏攝摄昇升晝昼曠旷權权殘残"
    "滬沪潤润琺珐療疗監监確确碩硕種种穩稳窺窥築筑範范紋纹紡纺組组結结絕绝經经綜综綱纲緊紧編编練练縱纵績绩織织繪绘羣群"
    "翹翘職职腦脑腳脚膽胆艦舰蔥葱處处術术衝冲補补製制複复見见規规視视親亲計计訪访評评試试詳详誌志認认謀谋證证護护譽誉"
    "讀读變变負负責责貫贯資资質质購购贏赢軟软較较載载輯辑辦办辭辞鄰邻鄴邺釗钊釣钓鉑铂錚铮鎔镕鏗铿鑒鉴鑑鉴閃闪閎闳閣阁"
    "閩闽闖闯陣阵階阶隊队難难雜杂霧雾響响頁页頻频題题願愿類类飄飘飲饮館馆馳驰駒驹駕驾騏骐驗验驚惊體体鮮鲜鳥鸟鳴鸣鵑鹃"
    "鸝鹂黨党齒齿亙亘侶侣俠侠倉仓個个們们偵侦傳传債债傷伤僅仅儉俭兒儿兩两冊册凍冻剛刚創创劃划劇剧勁劲勛勋勝胜勢势勵励"
    "勸劝匯汇協协卻却員员問问喪丧嘯啸囑嘱圓圆團团報报塊块墜坠壇坛壓压壯壮壽寿奪夺奮奋妝妆姍姗娛娱媧娲嬪嫔"
)
SIMPLIFIED = str.maketrans(dict(zip(PAIRS[::2], PAIRS[1::2], strict=True)))
# Chinese names of so many characters are read in pinyin, in so many ways at most.
SHORTEST, LONGEST = 2, 4
MOST_READINGS = 6
# Family names that are read otherwise than the same characters elsewhere; the other reading comes second.
FAMILY_READINGS = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "盖": "ge", "任": "ren",
    "覃": "qin", "区": "ou", "翟": "zhai", "乐": "yue", "尉": "wei", "那": "na", "召": "shao", "缪": "miao",
    "宁": "ning", "华": "hua", "燕": "yan", "葛": "ge", "纪": "ji", "重": "chong", "秘": "bi", "折": "she",
    "沈": "shen", "洗": "xian", "冼": "xian", "黑": "he", "员": "yun", "逄": "pang", "繁": "po", "种": "chong",
    "尉迟": "yuchi", "令狐": "linghu", "长孙": "zhangsun", "万俟": "moqi", "单于": "chanyu", "澹台": "tantai",
}  # fmt: skip
_PAIRS = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙令狐慕容司徒夏侯端木宇文长孙南宫独孤轩辕万俟单于澹台闻人公羊赫连濮阳淳于"
    "太叔申屠仲孙钟离鲜于闾丘司空呼延百里东郭南门西门拓跋第五完颜纳兰东野"
)
TWO_CHARACTER_FAMILIES = frozenset(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))


def simplify(name: str) -> str:
    """The name in simplified characters, as far as the tables go."""
    return han.simplify(name).translate(SIMPLIFIED)


def read_aloud(name: str) -> set[str]:
    """A Chinese name: the whole, the given name alone, and both as they are read, in either order."""
    if not SHORTEST <= len(name) <= LONGEST:
        return {name} - {""}
    family, given = _part(name)
    found = {name, given}
    for head, tail in _readings(family, given):
        for one, other in product(_spelled(head), _spelled(tail)):
            found |= {one, other, one + other, other + one}
    return found


def spoken(name: str) -> set[str]:
    """A Chinese name as it is read, the family name first and parted from the given name; nothing for what is none."""
    if not SHORTEST <= len(name) <= LONGEST:
        return set()
    pairs = (product(_spelled(head), _spelled(tail)) for head, tail in _readings(*_part(name)))
    return {f"{one} {other}" for pair in pairs for one, other in pair}


def _part(name: str) -> tuple[str, str]:
    length = 2 if len(name) > 2 and name[:2] in TWO_CHARACTER_FAMILIES else 1
    return name[:length], name[length:]


def _readings(family: str, given: str) -> Iterator[tuple[str, str]]:
    """Family and given name as they are read, the likeliest first."""
    own = [FAMILY_READINGS[family]] if family in FAMILY_READINGS else []
    heads = list(dict.fromkeys([*own, *map("".join, product(*readings(family)))]))
    choices = [heads, *readings(given)]
    ranked = sorted(product(*(enumerate(choice) for choice in choices)), key=lambda row: sum(rank for rank, _ in row))
    for row in ranked[:MOST_READINGS]:
        head, *tail = (syllable for _rank, syllable in row)
        yield head, "".join(tail)


def _spelled(reading: str) -> set[str]:
    """Pinyin as it is typed: ü as u, ue, v, or as passports have it."""
    if "ü" not in reading:
        return {fold(reading)} - {""}
    return {reading.replace("ü", each) for each in ("u", "ue", "v", "yu")}
