"""Traditional and Japanese characters that occur in names of places, each before its simplified form."""

PAIRS = (
    "爾尔羅罗維维亞亚馬马納纳奧奥諾诺達达薩萨萊莱蘭兰頓顿魯鲁聖圣貝贝韋韦庫库烏乌倫伦內内盧卢茲兹圖图區区"
    "蘇苏凱凯謝谢東东傑杰鎮镇園园約约溫温蓋盖喬乔濟济費费錫锡賈贾寧宁熱热漢汉齊齐灣湾華华紹绍瑪玛賴赖萬万"
    "龍龙賽赛澤泽紐纽勞劳賓宾門门別别陽阳靈灵邁迈島岛灘滩麗丽歐欧麥麦徹彻遜逊舊旧訥讷縣县樹树揚扬欽钦緬缅"
    "莊庄懷怀興兴湯汤葉叶農农濱滨橋桥開开呂吕連连貢贡車车軍军雲云長长頭头鄧邓寶宝嶺岭歷历廣广學学愛爱黃黄"
    "慶庆順顺樂乐紅红來来櫚榈將将窩窝滿满國国義义鄉乡畢毕營营貴贵臺台崗岗龐庞圍围棟栋楊杨裏里裡里臘腊孫孙"
    "鮑鲍錦锦鐵铁豐丰銀银鹽盐綏绥雙双發发敘叙當当劍剑禮礼綠绿環环藍蓝錢钱會会贊赞點点場场楓枫礦矿衛卫關关"
    "張张鷹鹰晉晋撫抚遼辽賀贺宮宫鬆松佈布叢丛觀观堅坚堯尧聶聂實实誇夸許许聯联脫脱覺觉給给軒轩饒饶廈厦蕪芜"
    "銅铜峽峡遠远涼凉頂顶臨临鶴鹤鴨鸭盤盘風风調调鴿鸽曉晓輋輋掃扫魚鱼碼码鐘钟啟启瓏珑詩诗齋斋買买龜龟務务"
    "幾几樓楼蘆芦侖仑強强幹干韃鞑語语鳳凤塢坞獨独闊阔諸诸線线磯矶總总統统絲丝騷骚積积標标彎弯鄒邹鄭郑棗枣"
    "運运榆榆煙烟無无濰潍隨随綿绵瀘泸婁娄漣涟鄲郸贛赣勻匀滄沧節节鷄鸡雞鸡隴陇顏颜夢梦蕭萧謨谟對对鑼锣網网"
    "瀝沥硤硖讓让檳槟諫谏紮扎舖铺則则設设壢坜動动驪骊論论聞闻謬谬豎竖橔墩垵埯淵渊絨绒壟垄陸陆訶诃參参爛烂"
    "溝沟籠笼遺遗跡迹欖榄數数篤笃輔辅薔蔷巖岩燈灯簡简閒闲進进陰阴與与鬥斗棧栈噴喷榮荣繆缪際际紀纪瑤瑶斷断"
    "鈴铃穀谷條条鱷鳄櫻樱現现畝亩書书號号蓮莲捨舍聲声鳩鸠氣气細细側侧縉缙歸归靜静邊边峴岘欞棂蔔卜衞卫恆恒"
    "広广県县徳德郷乡荘庄鉄铁沢泽竜龙塩盐関关豊丰恵惠営营岡冈崎崎済济渓溪楽乐寛宽囲围観观経经条条斎斋桜樱"
)
SIMPLIFIED = str.maketrans(dict(zip(PAIRS[::2], PAIRS[1::2], strict=True)))


def simplify(name: str) -> str:
    """The name in simplified characters, as far as the table goes."""
    return name.translate(SIMPLIFIED)


def is_simplified(name: str) -> bool:
    """Whether GB 2312 has every character: the simplified ones and hardly any that only tradition uses."""
    try:
        name.replace("·", "").encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
