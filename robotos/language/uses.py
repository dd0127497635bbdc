"""What things, places and rooms are for: by which a person describes one whose name escapes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Use = frozenset[str]  # stems that must all be among the words of the description


def _uses(*each: str) -> tuple[Use, ...]:
    return tuple(frozenset(words.split()) for words in each)


# Last word of a thing's or place's name, or the whole of it → uses, most of them a verb and its object.
OF_THINGS: Final[Mapping[str, tuple[Use, ...]]] = {
    "sponge": _uses("wipe dish", "wash dish", "do dish", "clean dish", "scrub dish", "wipe plate", "wash plate",
                    "scrub pan", "clean pan", "wash pan", "scrub pot", "wash cup", "wash up", "wipe table",
                    "wipe counter", "wipe worktop", "wash glass", "do wash up"),
    "towel": _uses("dry hand", "dry myself", "dry yourself", "dry face", "dry hair", "dry off", "dry body", "dry after",
                   "dry us", "dry me", "dry with"),
    "mop": _uses("mop floor", "wash floor", "wipe floor", "clean floor", "do floor", "swab floor", "mop up"),
    "broom": _uses("sweep floor", "sweep up", "sweep with"),
    "spray bottle": _uses("spray", "clean window", "wipe window", "clean glass", "squirt"),
    "glasses": _uses("read with", "help see", "see with", "see better", "help read", "see through", "wear read",
                     "put nose", "wear nose", "wear see", "see without", "wear face", "wear eye"),
    "keys": _uses("open door", "unlock door", "lock door", "unlock house", "get in house", "open house", "start car"),
    "remote control": _uses("change channel", "switch channel", "turn tv", "switch tv", "control tv", "turn on tv",
                            "turn television", "switch television", "work tv", "point tv", "change programme",
                            "turn telly", "work telly", "change program"),
    "headphones": _uses("listen music", "hear music", "put ear", "wear ear", "go ear", "listen with", "listen song"),
    "notebook": _uses("write in", "write note", "make note", "take note", "write down", "jot", "write thing",
                      "write list"),
    "book": _uses("read at", "read bed", "read now", "read before", "have read", "be reading", "read in", "read from"),
    "slippers": _uses("wear foot", "put foot", "wear home", "wear house", "wear indoors", "warm foot", "wear inside",
                      "keep foot warm"),
    "medicine": _uses("take health", "take heart", "take headache", "take pain", "doctor give", "doctor prescribe",
                      "take against", "need take", "take every", "take every morning", "take every day",
                      "take every evening", "take every night", "swallow", "doctor order"),
    "cup": _uses("drink from", "drink coffee", "drink tea", "drink of", "have coffee", "have tea"),
    "mug": _uses("drink from", "drink coffee", "drink tea", "drink of", "have coffee", "have tea"),
    "water bottle": _uses("drink thirsty", "quench thirst", "drink when"),
    "toy car": _uses("play with", "child play", "kid play"),
    "vase": _uses("put flower", "flower be", "flower go", "flower stand", "flower in", "hold flower", "keep flower"),
    "umbrella": _uses("keep dry", "use rain", "take rain", "need rain", "hold rain"),
    "scissors": _uses("cut paper", "cut with", "cut hair"),
    "kettle": _uses("boil water", "make tea"),
    "sofa": _uses("sit watch", "sit on", "sit evening", "relax on", "lie watch", "nap on"),
    "bed": _uses("sleep in", "sleep on", "lie sleep", "sleep at night"),
    "fridge": _uses("keep food cold", "keep milk", "food cold", "keep cold", "keep drink", "milk be", "food stay"),
    "washing machine": _uses("wash clothes", "wash laundry", "do laundry", "put laundry", "clothes wash",
                             "put dirty clothes", "wash shirt"),
    "desk": _uses("work at", "write at", "work on", "do homework"),
    "shoe rack": _uses("put shoe", "keep shoe", "shoe go", "shoe be", "shoe stand", "shoe belong", "take off shoe"),
    "wardrobe": _uses("hang clothes", "keep clothes", "put clothes", "clothes hang", "clothes be", "hang shirt"),
    "bookshelf": _uses("keep book", "book be", "book stand", "put book", "book live"),
    "sink": _uses("wash dish", "do dish", "dish wash", "wash up", "rinse"),
    "tv stand": _uses("watch film", "watch news", "watch show", "watch movie"),
    "cleaning cupboard": _uses("keep mop", "keep broom", "clean thing be", "keep clean", "mop live", "mop be"),
    "dock": _uses("you charge", "you get power", "you get electricity"),
    "front door": _uses("come in house", "leave house", "visitor come", "postman"),
    "kitchen counter": _uses("prepare food", "chop vegetable", "cut bread", "make sandwich", "prepare meal"),
    "kitchen table": _uses("eat breakfast at", "have meal at", "eat at", "eat dinner at", "sit eat"),
    "nightstand": _uses("next bed", "beside bed", "near bed"),
}  # fmt: skip

# Room → activities in it; the first name that a home has is meant.
OF_ROOMS: Final[tuple[tuple[tuple[Use, ...], tuple[str, ...]], ...]] = (
    (_uses("do laundry", "wash clothes", "do wash", "laundry do", "iron", "dry laundry", "hang laundry"),
     ("laundry room", "utility room", "bathroom")),
    (_uses("wash dish", "do dish", "dish wash", "cook", "bake", "make food", "food make", "prepare food",
           "food prepare", "make dinner", "make lunch", "make breakfast", "make tea", "make coffee", "fry", "boil",
           "food be", "prepare meal", "meal make", "meal prepare", "meal cook"), ("kitchen",)),
    (_uses("eat", "dine", "have dinner", "have breakfast", "have lunch", "have meal", "dinner serve", "meal serve"),
     ("dining room", "kitchen")),
    (_uses("sleep", "go bed", "nap", "lie night", "spend night", "dream", "rest night"),
     ("bedroom", "master bedroom", "guest room")),
    (_uses("wash", "shower", "bathe", "brush tooth", "clean tooth", "have bath", "take bath", "take shower",
           "have shower", "shave", "pee", "poo", "go toilet", "wash hand", "do hair", "wash hair"), ("bathroom",)),
    (_uses("watch tv", "watch television", "watch film", "watch movie", "watch telly", "sit evening", "relax",
           "sit together", "watch news", "chill", "hang out"), ("living room", "parlour")),
    (_uses("work", "write", "do homework", "study", "use computer", "sit computer", "do paperwork", "do tax",
           "computer stand", "computer be"), ("study", "office")),
    (_uses("come in", "enter", "take off shoe", "hang coat", "coat hang", "shoe be", "come into house",
           "come home", "enter house", "charge"), ("hallway", "mud room")),
    (_uses("child play", "kid play", "baby sleep", "play toy"), ("nursery", "playroom", "children's room")),
    (_uses("park car", "car stand", "car be"), ("garage",)),
    (_uses("make music", "play piano", "practise piano"), ("music room",)),
)  # fmt: skip

# What a room has that the layout need not name as a place → rooms; the first that a home has is meant.
FURNISHED: Final[Mapping[str, tuple[str, ...]]] = (
    dict.fromkeys(
        ("stove", "oven", "cooker", "hob", "fridge", "microwave", "kettle", "toaster", "dishwasher", "worktop"),
        ("kitchen",),
    )
    | dict.fromkeys(("bathtub", "bath", "tub", "shower", "toilet", "toothbrush", "toothbrushes", "washbasin"),
                    ("bathroom",))
    | dict.fromkeys(("tv", "television", "telly", "sofa", "couch", "fireplace", "settee"), ("living room", "parlour"))
    | dict.fromkeys(("computer", "pc", "printer", "desk", "laptop"), ("study", "office"))
    | dict.fromkeys(("bed", "wardrobe", "double bed"), ("bedroom", "master bedroom"))
    | dict.fromkeys(("coat rack", "coats", "shoes", "front door"), ("hallway", "mud room"))
    | dict.fromkeys(("washing machine",), ("laundry room", "utility room", "bathroom"))
)  # fmt: skip

# Words for a floor → what layouts call it.
FLOORS: Final[Mapping[str, frozenset[str]]] = (
    dict.fromkeys(("carpet", "carpets", "carpeted", "rug", "carpeting", "fitted carpet"), frozenset({"carpet"}))
    | dict.fromkeys(
        ("tiles", "tile", "tiled", "tiled floor", "tile floor", "stone floor", "tiles on the floor"),
        frozenset({"tiles", "stone"}),
    )
    | dict.fromkeys(
        ("wood", "wooden floor", "wood floor", "parquet", "wooden floorboards", "floorboards", "laminate",
         "parquet floor", "wooden boards", "hardwood", "hardwood floor", "wooden"),
        frozenset({"wood", "parquet", "laminate"}),
    )
)  # fmt: skip
