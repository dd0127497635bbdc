"""Words of a household that mean nearly the same, so that recall finds a fact told in other words."""

from __future__ import annotations

# One line, one concept; its first word names it. Words are stems as `embedding.stem` makes them.
_GROUPS = """
couch sofa settee divan
tv television telly
remote clicker zapper
fridge refrigerator freezer icebox
stove cooker oven hob
mug cup
glasses spectacle eyeglass
trash garbage rubbish bin waste bins
laundry washing clothes clothing
medicine pill tablet medication drug
phone telephone mobile cellphone smartphone
doctor physician gp
dentist tooth teeth
grandma granny grandmother nana gran
grandpa grandad granddad grandfather
mum mom mother mama
dad father papa daddy
child kid son daughter boy girl
guest visitor company
postman mail post letter parcel package delivery
wifi internet wlan network router
password code pin passcode combination
birthday born anniversary
plumber pipe leak leaking
tap faucet
electrician socket fuse electricity
key keys
car auto vehicle
bike bicycle cycle
store shop supermarket grocery market
buy purchase
money cash wallet purse
bed sleep nap asleep bedtime
eat food meal feed
dinner supper
drink beverage
hate dislike
like love favourite favorite prefer fond enjoy
ill sick unwell
allergic allergy intolerant
arrive come visit
leave depart away
holiday vacation trip travel fly flight
school class teacher lesson
work job office
dog puppy
cat kitten kitty
plant flower
water watering
clean vacuum hoover mop sweep tidy dust
bathroom toilet loo restroom
study office
cupboard closet cabinet
spare extra backup
hidden hide secret
broken break damaged defect
loud noisy noise
quiet silent silence
cold chilly freezing
hot warm heating heater
light lamp bulb
door gate entrance
start begin
end finish stop
number digit
pick collect
name call
paper document
check service maintain
sister brother sibling
flat apartment home
music song
gift present
neighbour neighbor
"""

_COLOURS = "red blue green yellow black white brown grey gray orange pink purple golden silver"
COLOURS = frozenset(_COLOURS.split())

# A question word asks for one of these; the words that answer it carry the class too, weakly.
_ANSWERS = {
    "when": "monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight yesterday morning noon "
    "afternoon evening night midnight oclock weekday weekend january february march april may june july august "
    "september october november december daily weekly every hour minute day week month year date",
    "where": "under behind beside drawer shelf box garage attic cellar basement garden inside outside near next "
    "street road corner parked",
    "who": "name call called person",
}

_STOP_WORDS = (
    "a an the this that these those it its is are was were be been am do does did doing have has had i you he she we "
    "they me my mine your our his her their us them of in on at to for from by with about into and or but if so not no "
    "there here will would can could should shall may must just please tell told say said know remember remind recall "
    "up last need often what which when where who whom whose why how s t re ve ll m d again any some anything "
    "something robot"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


# Words that most questions and many memories have: they find a memory less surely than what the question is about.
_LIGHT = (
    "come go take like call name have has had got get give leave put keep want need make best favourite favorite "
    "time day week month year today tomorrow tonight number thing much many ask asked ever mention mentioned eat "
    "anything"
)
LIGHT_WORDS = frozenset(_LIGHT.split())
# After "what" or "which" these ask for a time.
TIME_WORDS = frozenset({"time", "day", "date", "hour", "weekday"})


def concepts() -> dict[str, str]:
    """Word → the name of its concept."""
    return {word: group.split()[0] for group in _GROUPS.strip().splitlines() for word in group.split()}


def answers() -> dict[str, str]:
    """Word → the question word it answers, the question words included."""
    return {word: asked for asked, words in _ANSWERS.items() for word in (asked, *words.split())}


def alike(named: str) -> tuple[str, ...]:
    """All words of the concept of that name."""
    return tuple(word for word, concept in concepts().items() if named and concept == named)
