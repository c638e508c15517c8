"""Word banks, sentence patterns, and the prose made from them. All of it is invented; hosts end in ``.example``.

A pattern is a tuple: strings are copied, each bank (a tuple) gives one of its words. The functions are pure functions
of a random generator and call only its ``random()``, whose sequence is the same on every Python.
"""

# ruff: noqa: RUF001 - Chinese and typographic punctuation is meant
from __future__ import annotations

from random import Random
from typing import TypeVar

T = TypeVar("T")
Bank = tuple[str, ...]
Pattern = tuple[str | Bank, ...]

PLACES: Bank = (
    "Mianyang", "Leshan", "Zigong", "Yibin", "Luzhou", "Deyang", "Guangyuan", "Suining", "Neijiang", "Nanchong",
    "Meishan", "Ziyang", "Ya’an", "Bazhong", "Dazhou", "Guang’an", "Panzhihua", "the Liangshan uplands",
    "the Chengdu plain", "the upper Yangtze", "the county towns of the basin", "the western districts",
)  # fmt: skip
TOPICS: Bank = (
    "rural finance", "elderly care", "river governance", "vocational schooling", "tea growing", "county hospitals",
    "night-time economies", "data sharing", "low-altitude logistics", "heritage tourism", "bamboo processing",
    "community mediation", "seed banking", "hydropower pricing", "cross-border freight", "museum education",
    "urban renewal", "school meals", "farmland consolidation", "carbon accounting", "small-town libraries",
    "platform work", "public transport", "disaster insurance", "mountain forestry", "digital literacy",
    "cold-chain storage", "water trading", "village broadcasting", "research ethics", "opera troupes",
    "silk weaving", "cooperative housing", "food safety", "open laboratories", "wetland repair",
)  # fmt: skip
ADJECTIVES: Bank = (
    "steady", "inclusive", "high-quality", "patient", "well-measured", "long-term", "people-centered", "low-cost",
    "cross-sector", "evidence-based", "careful", "practical", "two-way", "green", "locally rooted", "open",
    "rules-based", "knowledge-intensive", "small-scale", "balanced", "far-sighted", "community-led",
)  # fmt: skip
THINGS: Bank = (
    "a shared register", "clearer budgets", "better maps", "trained mediators", "a common standard", "public audits",
    "a pilot fund", "neighborhood councils", "honest statistics", "seasonal credit", "open procurement",
    "a second-hand market", "local apprenticeships", "early-warning stations", "a long view", "mobile clinics",
    "joint R&D", "plain-language contracts", "a patient regulator", "fair tolls", "village accountants",
    "repair workshops", "a reserve of skills", "transparent tariffs", "a longer planning cycle", "Q&A sessions",
)  # fmt: skip
ACTORS: Bank = (
    "county governments", "the provincial planners", "village cooperatives", "young graduates", "local banks",
    "the survey team", "university laboratories", "retired engineers", "district courts", "family firms",
    "the basin’s museums", "grassroots officials", "ferry operators", "the pilot zone’s managers",
    "returning migrants", "the academy’s fieldworkers", "insurers", "teachers in the hill towns",
    "the water bureau", "freight companies", "tea growers", "community nurses", "the advisory panel",
)  # fmt: skip
VERBS: Bank = (
    "have begun to finance", "are learning to share", "continue to underestimate", "should first measure",
    "have quietly rebuilt", "now publish the cost of", "can hardly replace", "are expected to extend",
    "will have to explain", "prefer to postpone", "have pooled their money for", "rarely evaluate",
    "have agreed to standardize", "are testing new forms of", "tend to overstate the value of",
)  # fmt: skip
ADVERBIALS: Bank = (
    "without waiting for a national template", "in less than three harvests", "at a third of the former cost",
    "as the rainy season shortens", "even where incomes lag", "with the help of a shared ledger",
    "since the last review of the five-year plan", "under the supervision of elected auditors",
    "although nobody had asked them to", "in step with the neighboring provinces", "far from the large cities",
    "as soon as the accounts were opened", "on terms that both sides can cancel", "by way of trial and error",
)  # fmt: skip
REASONS: Bank = (
    "trust grows more slowly than concrete", "a subsidy that never ends becomes a price", "records outlive officials",
    "the cheapest kilometer is the one already built", "skills leave when wages do", "rivers ignore district lines",
    "demand is seasonal but debt is not", "measuring late is another way of not measuring", "habits are infrastructure",
    "a map is a promise to maintain what it shows", "risk shared early is risk halved", "no pilot fails on paper",
)  # fmt: skip
WORKS: Bank = (
    "Ledger of the Basin", "Notes on County Life", "The Slow Harvest", "Rivers & Rules", "A Grammar of Markets",
    "Survey of Hill Towns", "The Quiet Reform", "Roads Before Riches", "Bridges Without Tolls", "Tea, Salt, Silk",
)  # fmt: skip
SURNAMES: Bank = ("Bai", "Cao", "Deng", "Fu", "Gong", "Hua", "Jin", "Kang", "Luo", "Mu", "Ning", "Ouyang", "Qiu",
                  "Shen", "Tao", "Wan", "Xiang", "Yuan", "Zou")  # fmt: skip
GIVEN: Bank = ("Anran", "Bowen", "Chuyi", "Dongmei", "Fengyi", "Guozhi", "Haoran", "Jiaming", "Kexin", "Lihua",
               "Mingze", "Ruoxi", "Shuwen", "Tingting", "Wenjun", "Xiaoyu", "Yichen", "Zhengyu")  # fmt: skip
ROLES: Bank = ("an associate research fellow", "an assistant research fellow", "a visiting lecturer",
               "a policy analyst", "a doctoral candidate", "the deputy editor of a county gazette")  # fmt: skip
INSTITUTES: Bank = (
    "the Institute of Basin Economies", "the Center for County Studies", "the School of River Governance",
    "the Laboratory of Rural Data", "the Office of Comparative Planning", "the Museum of Salt and Silk",
)  # fmt: skip
EDITORS: Bank = ("Nora", "Felix", "Iris", "Otto", "Vera")
SOURCES: tuple[tuple[str, str], ...] = (
    ("Basin Daily", "https://www.basin-daily.example"),
    ("County Review", "http://review.county.example"),
    ("River & Road", "https://www.river-road.example"),
    ("Quarterly Journal of Comparative Planning Studies", "http://qjcps.example"),
    ("Publicity Department of the Center for County Studies", "http://www.county-studies.example"),
)
HEADINGS: Bank = ("What the survey shows", "A question of method", "Costs & benefits", "The next five years",
                  "Lessons from the hill towns", "Who pays?", "Beyond the pilot")  # fmt: skip
OPENERS: Bank = ("In recent years, ", "Nevertheless, ", "For instance, ", "At the same time, ", "Looking ahead, ",
                 "To begin with, ", "By contrast, ", "In practice, ", "As a result, ", "")  # fmt: skip

SENTENCES: tuple[Pattern, ...] = (
    (OPENERS, ACTORS, " ", VERBS, " ", TOPICS, " ", ADVERBIALS, "."),
    (OPENERS, ACTORS, " ", VERBS, " ", THINGS, " and ", THINGS, ", because ", REASONS, "."),
    ("A debate about ", TOPICS, " in ", PLACES, " soon turns into one about ", TOPICS, ": ", REASONS, "."),
    ("The case for ", ADJECTIVES, " ", TOPICS, " — and for ", THINGS, " — is that ", REASONS, "."),
    ("“", THINGS, " cannot stand in for ", TOPICS, "”, the report warns, adding that ", REASONS, "."),
    ("What ", PLACES, " offers is ", THINGS, ", ", THINGS, " and a ", ADJECTIVES, " approach to ", TOPICS, "."),
    ("If ", ACTORS, " are right, ", ADJECTIVES, " ", TOPICS, " will depend on ", THINGS, " rather than on subsidies."),
    ("Between ", PLACES, " and ", PLACES, ", ", ACTORS, " ", VERBS, " ", TOPICS, ", ", ADVERBIALS, "."),
    ("Critics reply that ", REASONS, "; ", ACTORS, " answer with ", THINGS, "."),
)
TITLES: tuple[Pattern, ...] = (
    ("Why ", TOPICS, " in ", PLACES, " needs ", THINGS),
    (ADJECTIVES, " ", TOPICS, " asks for ", THINGS),
    ("From ", TOPICS, " to ", TOPICS, ": lessons of ", PLACES),
    (TOPICS, " & ", TOPICS, ": a ", ADJECTIVES, " balance"),
    ("“", ADJECTIVES, " ", TOPICS, "” and the meaning of ", THINGS),
    (PLACES, "’s ", ADJECTIVES, " turn toward ", TOPICS),
    ('The "', ADJECTIVES, " path of ", TOPICS, " in ", PLACES),
    (TOPICS, " matters to ", PLACES, " — with ", THINGS),
)
SUBTITLES: tuple[Pattern, ...] = ((TOPICS, " revisited"), ("A ", ADJECTIVES, " look at ", TOPICS), (TOPICS, " & more"))

HAN_SURNAMES: Bank = ("白", "曹", "邓", "傅", "龚", "华", "金", "康", "罗", "宁", "邱", "沈", "陶", "万", "袁", "邹")
HAN_GIVEN: Bank = ("安然", "博文", "楚仪", "冬梅", "国志", "浩然", "嘉明", "可欣", "丽华", "明泽", "书文", "晓雨")
HAN_PLACES: Bank = ("绵阳", "乐山", "自贡", "宜宾", "泸州", "德阳", "广元", "遂宁", "内江", "南充", "眉山", "资阳")
HAN_TOPICS: Bank = ("农村金融", "养老服务", "流域治理", "职业教育", "茶叶种植", "县级医院", "数据共享", "文化旅游",
                    "社区调解", "城市更新", "山地林业", "冷链物流", "水权交易", "数字素养", "食品安全")  # fmt: skip
HAN_THINGS: Bank = ("共同的标准", "清晰的预算", "公开的账目", "长远的眼光", "可靠的统计", "季节性信贷", "流动诊所",
                    "本地学徒制", "透明的价格", "耐心的监管")  # fmt: skip
HAN_SENTENCES: tuple[Pattern, ...] = (
    ("近年来，", HAN_PLACES, "在", HAN_TOPICS, "方面探索出一条新路，关键在于", HAN_THINGS, "与", HAN_THINGS, "。"),
    ("有学者认为，", HAN_TOPICS, "离不开", HAN_THINGS, "，也离不开基层的参与。"),
    ("从", HAN_PLACES, "到", HAN_PLACES, "，", HAN_TOPICS, "的经验表明：“", HAN_THINGS, "”比补贴更重要。"),
    ("调研组走访了", HAN_PLACES, "的乡镇，发现", HAN_TOPICS, "仍然缺少", HAN_THINGS, "。"),
    ("因此，", HAN_TOPICS, "应当与", HAN_TOPICS, "统筹推进——这需要", HAN_THINGS, "。"),
)
HAN_TITLES: tuple[Pattern, ...] = (
    (HAN_PLACES, HAN_TOPICS, "的实践与启示：以", HAN_THINGS, "为例"),
    ("以", HAN_THINGS, "推进", HAN_PLACES, HAN_TOPICS),
)
LONG_TITLE = 200  # titles of more than 200 characters were seen on the site


def generator(*parts: object) -> Random:
    """Return the generator that belongs to these parts; equal parts give equal sequences on every Python."""
    return Random(":".join(map(str, parts)))


def pick(rng: Random, options: tuple[T, ...]) -> T:
    """Return one of `options`."""
    return options[int(rng.random() * len(options))]


def between(rng: Random, low: int, high: int) -> int:
    """Return an integer from `low` to `high`, both included."""
    return low + int(rng.random() * (high - low + 1))


def chance(rng: Random, probability: float) -> bool:
    """Return True with the given probability."""
    return rng.random() < probability


def fill(rng: Random, pattern: Pattern) -> str:
    """Return the pattern with one word from each of its banks, its first letter a capital."""
    random = rng.random
    line = "".join([part if type(part) is str else part[int(random() * len(part))] for part in pattern])
    at = 1 if line[0] in "“\"'" else 0
    return line[:at] + line[at : at + 1].upper() + line[at + 1 :]


def sentences(rng: Random, count: int, *, chinese: bool = False) -> str:
    """Return `count` sentences of English, or of Chinese, as one paragraph."""
    patterns = HAN_SENTENCES if chinese else SENTENCES
    return ("" if chinese else " ").join([fill(rng, pick(rng, patterns)) for _ in range(count)])


def title(rng: Random, *, chinese: bool = False, long: bool = False) -> str:
    """Return a title; a long one has more than `LONG_TITLE` characters."""
    patterns = HAN_TITLES if chinese else TITLES
    made = fill(rng, pick(rng, patterns))
    while long and len(made) <= LONG_TITLE:
        made = f"{made}; {fill(rng, pick(rng, patterns))}"
    return made


def subtitle(rng: Random) -> str:
    """Return a short second title."""
    return fill(rng, pick(rng, SUBTITLES))


def person(rng: Random) -> str:
    """Return a Chinese name in pinyin."""
    return f"{pick(rng, SURNAMES)} {pick(rng, GIVEN)}"


def han_person(rng: Random) -> str:
    """Return a Chinese name in Han characters."""
    return pick(rng, HAN_SURNAMES) + pick(rng, HAN_GIVEN)


def words_of(rng: Random, bank: Bank, count: int) -> list[str]:
    """Return `count` words of one bank, capitalized; repetitions may occur."""
    return [word[:1].upper() + word[1:] for word in (pick(rng, bank) for _ in range(count))]


def guid(rng: Random) -> str:
    """Return what looks like the GUIDs that name the site's uploads."""
    digits = f"{int(rng.random() * 16**13):013x}{int(rng.random() * 16**13):013x}{int(rng.random() * 16**6):06x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
