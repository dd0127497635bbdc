"""Household English: other words for what most homes have. Used for the names a home really has, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from robotos.language.word_set import word_set

# Canonical name → other names. A home's own layout comes first: where it uses one of these words as a name or
# alias of something, that is what the word means there.
SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    # rooms
    "kitchen": ("kitchenette", "cooking room", "cooking area", "where we cook", "where we make food",
                "where food is made", "where food is cooked", "where we make dinner"),
    "living room": ("lounge", "sitting room", "front room", "parlour", "parlor", "family room", "tv room",
                    "main room", "where we watch tv", "where we sit in the evening", "salon"),
    "bedroom": ("sleeping room", "bed chamber", "my room", "where we sleep"),
    "bathroom": ("toilet", "loo", "restroom", "washroom", "wc", "lavatory", "shower room", "bath room", "powder room",
                 "where we wash", "where we shower", "where we bathe", "where we brush our teeth"),
    "study": ("office", "home office", "workroom", "work room", "study room", "where we work"),
    "hallway": ("hall", "corridor", "entrance hall", "entryway", "entrance", "foyer", "passage", "vestibule"),
    "dining room": ("where we eat", "dining area"),
    # places
    "dock": ("charger", "charging station", "charging dock", "docking station", "base station", "home base",
             "charging pad", "charging base"),
    "fridge": ("refrigerator", "icebox", "freezer"),
    "kitchen counter": ("counter", "worktop", "countertop", "counter top", "work surface", "kitchen top"),
    "kitchen table": ("dining table", "dinner table", "breakfast table"),
    "sink": ("wash basin", "basin", "kitchen sink"),
    "sofa": ("couch", "settee"),
    "coffee table": ("low table", "living room table", "couch table", "sofa table"),
    "tv stand": ("tv", "television", "telly", "tv table", "tv cabinet", "tv set", "tv bench"),
    "bookshelf": ("bookcase", "book case", "book shelf", "bookshelves"),
    "nightstand": ("bedside table", "night table", "bedside cabinet", "night stand", "bedside"),
    "wardrobe": ("closet", "clothes cupboard", "armoire"),
    "washing machine": ("washer", "laundry machine", "clothes washer"),
    "desk": ("writing table", "writing desk", "work table", "office desk"),
    "shoe rack": ("shoe shelf", "shoe stand", "shoerack", "shoe cabinet"),
    "cleaning cupboard": ("broom cupboard", "broom closet", "cleaning cabinet", "cleaning closet", "utility cupboard",
                          "cupboard"),
    "front door": ("entrance door", "main door", "house door"),
    # things
    "remote control": ("remote", "tv remote", "clicker", "controller", "tv control", "telly remote",
                       "television remote", "remote for the tv", "remote for the telly"),
    "glasses": ("spectacles", "specs", "eyeglasses", "reading glasses", "eye glasses"),
    "keys": ("house keys", "key", "door keys", "keyring", "bunch of keys", "key ring"),
    "headphones": ("headset", "earphones", "head phones", "earbuds"),
    "slippers": ("house shoes", "slipper"),
    "medicine": ("pills", "meds", "tablets", "medication", "medicament", "medicine box", "pill box"),
    "notebook": ("notepad", "note book", "writing pad", "exercise book"),
    "towel": ("hand towel", "bath towel"),
    "sponge": ("dish sponge", "what we wipe dishes with", "what we wash dishes with", "what we do the dishes with"),
    "water bottle": ("bottle of water", "water", "drinking bottle", "flask"),
    "spray bottle": ("spray", "sprayer", "cleaning spray", "cleaner spray", "spray can"),
    "toy car": ("little car", "car toy", "matchbox car"),
    "mop": ("floor mop",),
    "vase": ("flower vase",),
    "book": ("novel",),
    # people and animals
    "grandma": ("granny", "grandmother", "nana", "gran", "nan", "grandmama", "grandmom", "gran gran"),
    "grandpa": ("grandfather", "grandad", "granddad", "gramps"),
    "guest": ("visitor", "our guest"),
    "cat": ("kitty", "kitten", "pussycat"),
    "dog": ("doggy", "doggie", "puppy", "hound"),
    "mum": ("mom", "mommy", "mummy", "mother", "mama"),
    "dad": ("daddy", "papa", "father"),
}  # fmt: skip

# Last words of longer names by which nobody calls the thing ("the machine", "the stand").
VAGUE_HEADS: Final = word_set(
    "room stand control machine area top side corner spot place thing set cupboard floor unit box holder"
)
COLOURS: Final = word_set(
    "red blue green yellow white black brown grey gray pink purple orange violet turquoise beige golden silver"
)
# Words that tell one thing from others of its name: a green cup is a cup.
ADJECTIVES: Final = COLOURS | word_set("big small little large old new long short tall round square spare broken empty")
# Things that things come in: "a cup of tea" is not the red cup.
CONTAINERS: Final = word_set(
    """
    cup mug glass bottle bowl can plate box bag jar slice
    """
)
# Nouns that make something else of a name before them: an apple tree is no apple, a towel rack no towel.
COMPOUND_HEADS: Final = word_set(
    """
    bowl box rack basket holder stand jar tray tin case bin pot rail hook hooks opener tree salad juice pie cake peel
    machine cover drawer cupboard cabinet cushion pillow charger battery
    """
)
# Names that are verbs, too. These are names only where nothing but a noun can stand ("bring the mop", "mop it") ...
MOSTLY_VERBS: Final = frozenset({"mop", "dock", "spray", "charge", "study", "park"})
# ... and these are verbs only at the beginning of an order ("book a table", "water the plants").
MOSTLY_NOUNS: Final = frozenset({"book", "sponge", "water", "towel", "sink", "desk"})
