"""What columns are called in lists of people, in German, English and Chinese."""

from enum import StrEnum


class Meaning(StrEnum):
    """What a column holds. YEARS: a cohort, or years from and to in one."""

    NAME = "name"
    GIVEN = "given"
    FAMILY = "family"
    OTHER_NAME = "other"
    EXTERNAL_ID = "number"
    EMAIL = "email"
    PROGRAMME = "programme"
    YEARS = "years"
    FROM_YEAR = "from"
    TO_YEAR = "to"
    PROVINCE = "province"
    DIRECTION = "direction"
    RELATION = "relation"
    NOTHING = "-"


# Separated by commas. A heading is known by the longest of these that it consists of or contains.
_SAID = {
    Meaning.NAME: "name,names,full name,vollständiger name,ganzer name,name vorname,vorname name,vorname nachname,"
    "nachname vorname,vor und nachname,vor und zuname,namen,person,stipendiat,stipendiatin,alumnus,alumna,alumni,"
    "teilnehmer,teilnehmerin,teilnehmende,participant,graduate name,student name,first and last name,姓名,名字,"
    "校友姓名,学生姓名,全名,中文姓名,chinese name,chinesischer name,name chinesisch,name in chinesisch",
    Meaning.GIVEN: "vorname,vornamen,rufname,given name,given names,first name,firstname,forename,prename,名",
    Meaning.FAMILY: "nachname,familienname,zuname,family name,last name,lastname,surname,姓,姓氏",
    Meaning.OTHER_NAME: "name in anderer schrift,andere schrift,other name,name in another script,zweitname,pinyin,"
    "pinyin name,name pinyin,拼音,姓名拼音,英文名,英文姓名,外文名,外文姓名,umschrift,transliteration,latin name,"
    "name lateinisch,english name,name in englisch",
    Meaning.EXTERNAL_ID: "matrikelnummer,matrikelnr,matrikel nr,matr nr,matnr,mtknr,matrikel,personalnummer,"
    "kennnummer,kennung,registernummer,student id,student number,studentnumber,registration number,id,"
    "external id,alumni id,mitgliedsnummer,学号,编号,证件号,学生证号,校友编号",
    Meaning.EMAIL: "e mail,email,mail,e mail adresse,email adresse,mailadresse,e mail address,email address,"
    "elektronische post,邮箱,电子邮箱,电子邮件,邮件,邮件地址",
    Meaning.PROGRAMME: "programm,studiengang,studienfach,fach,fachrichtung,stipendienprogramm,programme,program,"
    "course,course of study,degree programme,degree program,major,subject,field of study,stipendium,"
    "scholarship,fakultät,faculty,项目,专业,学位项目,课程,奖学金项目,院系",
    Meaning.YEARS: "jahrgang,jg,kohorte,abschlussjahr,jahr,jahr des abschlusses,zeitraum,jahre,studienzeit,von bis,"
    "abschlussdatum,cohort,class of,year,years,graduation year,year of graduation,graduation,period,"
    "term,semester,届,届别,届次,年级,年份,毕业年份,毕业时间,期间,起止时间,毕业年",
    Meaning.FROM_YEAR: "von,beginn,start,studienbeginn,anfang,von jahr,jahr von,eintritt,immatrikulation,"
    "immatrikulationsjahr,from,from year,start year,start date,begin,entry year,enrolment,enrollment,enrolment year,"
    "级,入学年份,入学时间,入学,开始年份,开始时间,起始年份",
    Meaning.TO_YEAR: "bis,ende,studienende,bis jahr,jahr bis,austritt,exmatrikulation,exmatrikulationsjahr,to,until,"
    "to year,end year,end date,end,exit year,leaving year,结束年份,结束时间,终止年份,离校时间",
    Meaning.PROVINCE: "provinz,herkunftsprovinz,bundesland,region,heimatprovinz,province,state,home province,"
    "province of origin,省份,省,省市,籍贯,来源省份,生源地",
    Meaning.DIRECTION: "richtung,austauschrichtung,direction,exchange direction,方向,交流方向,派遣方向",
    Meaning.RELATION: "art der zugehörigkeit,zugehörigkeit,beziehung,personenkreis,relation,relationship,person type,"
    "身份,关系,人员类别",
}  # fmt: skip


def spelt() -> list[tuple[str, Meaning]]:
    """Every heading with what it means."""
    return [(each, meaning) for meaning, names in _SAID.items() for each in names.split(",")]
