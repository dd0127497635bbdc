"""Common English words: those that are no names, and those that a name mistyped must not be guessed from."""

from __future__ import annotations

from typing import Final

from robotos.language.word_set import word_set

# Words that never name a thing by themselves: function words, verbs, adverbs, adjectives, vague nouns.
PLAIN: Final = word_set(
    """
a an the this that these those some any no every each all both half either neither another other others such same my
your our his her hers its their mine yours ours theirs me us you i he she it we they him them myself yourself
himself herself itself ourselves themselves who whom whose what which where when why how whatever wherever whoever
and or but so if then than because while until till since unless though although as of in on at by for from to into
onto with without about around over under above below between behind beside besides next near across along through
up down off out back away before after during against toward towards inside outside upstairs downstairs everywhere
somewhere anywhere nowhere here there now later soon again already still yet ever never always often sometimes
usually once twice today tonight tomorrow yesterday morning afternoon evening night day week month year weekend time
times moment second minute hour o'clock am pm noon midnight is are was were be been being do does did done doing has
have had having will would shall should can could may might must let let's ain't isn't aren't wasn't weren't don't
doesn't didn't won't wouldn't can't couldn't shouldn't mustn't haven't hasn't hadn't not yes yeah yep yup nope nah
ok okay sure fine right wrong left please thanks thank hello hi hey bye goodbye sorry well oh ah um uh er hmm wow
whoa great good bad better best worse worst nice lovely perfect big small little large tiny old new clean dirty
messy filthy dusty sticky wet dry full empty open closed hot cold warm cool dark bright loud quiet fast slow quick
quickly slowly gently carefully careful early late long short high low hard soft easy ready busy free tired hungry
thirsty bored sick happy sad angry lost broken missing upset much many more most less least few several lots lot bit
enough too very really quite just only also even almost maybe perhaps probably actually instead rather else except
apart together alone straight forward forwards backward backwards ahead sideways clockwise kindly go goes going gone
went come comes coming came get gets getting got gotten bring brings bringing brought fetch fetches take takes
taking took taken give gives giving gave given put puts putting place places placed set move moves moving moved
drive drives driving drove turn turns turning turned rotate spin face follow follows following stop stops stopped
stopping wait waits waiting halt pause resume continue keep keeps hold holds holding carry carries carrying drop
drops dropped pick picks picked grab hand hands pass deliver return leave leaves stay stand sit lie lying lies start
starts begin began finish finished end ends cancel abort quit skip ignore repeat redo undo change switch look looks
looking looked see sees saw seen watch show find finds finding found search seek locate check read reads reading say
says saying said tell tells telling told speak talk talking ask asks asking answer call calls called name named mean
means meant know knows knew known think thinks thought believe guess remember remind forget forgot forgotten learn
teach understand hear heard listen want wants wanted need needs needed like likes liked love hate wish hope would'd
help helps try tries tried use uses used using make makes making made work works working worked run runs running
play cook cooks cooking cooked eat eats eating drink drinks drinking sleep sleeps sleeping slept wash washes washing
washed wipe sweep sweeps sweeping swept vacuum vacuums vacuuming hoover mop mopping scrub dust dusting tidy tidying
polish clear cleaning cleaned cleans cleanup happen happened happening seem seems feel feels buy pay send write
spell count close shut lock unlock lift raise lower push pull throw kick hit break fix repair charge charging
charged dock docking park home schedule plan report status progress battery power level percent position location
everything something anything nothing someone everyone anyone nobody everybody somebody anybody one ones thing
things stuff way rest room rooms floor floors house flat spot area side part piece kind sort number problem question
mess dirt crumbs spill spills mud trouble task job chore chores order orders command mistake idea round circle front
middle corner quarter degrees degree metre metres centimetres feet foot step steps world people guys folks someone's
robot weather news joke story song music game fun age life god hell damn shit fuck whole entire main own last first
third previous final light lights note notes label labels sign message messages edge wall walls mind memory gripper
past reverse thorough thoroughly breather dose hurt permission tasks date speed eyes muscle scene letter clock oops
person persons object objects item items largest smallest biggest heaviest lightest thinnest bigger smaller lighter
heavier larger
oop whoops type types whichever longer
"""
)

# More everyday words, beside `PLAIN`, that are correctly spelled and so are not misspelled names.
_EVERYDAY: Final = word_set(
    """
able accident ache act add admire afraid air alarm alive allow amazing among ample anger animal ankle anyway
apartment apple apples apply april arm armor armour army arrive art asleep ate august aunt autumn awake award awful
baby backroom bacon bag bagel bags bake baker bakery bald ball ballroom balls band bandage bang bank bar bare bark
barroom base basic basics basil basin basis basket bass bat batch bath bathe bathing bathrobe bathroom battle beach
bead beads beam bean beans bear beard beat beautiful bed bedding bedrock beds bedside bedtime beetle beetles bell
bells belt bench bend bent bet bid bide bike bill bills bin bins bird birds birth birthday bistro bite biting bits
black blame blanket bless blind block blond blood bloody blow blower board boardroom boat boats body boil bold bolt
bomb bone bones bonk bonus book bookcase boom boot booth booties bootleg boots born boss bossy bother bottle bottler
bottles bottom bought bounce bound bow bowel bowl bowls box boxes boy boys brain brand brave bread breakfast breath
bred breed brick bride bridge brief broad broke brook broom brother brown brush bucket bud buddy bug bugs build
built bump burn burnt burst bus bush butler butter button buttons buzz cab cabin cable cage cake cakes calm camera
camp candle candy cap capital car caravan card cards care cares cargo carley carpet carrot carrots cars cart carton
cartons cartoon cartoons case cases cash casket cast castle cat cater cats cattle caught cauldron cause cave ceiling
cell cellar cent center centre certain chain chair chairs chalk chance changed chapter chapters chargers chart chase
chat cheap cheat cheaters checkers cheek cheer cheese cherry chest chew chicken chief child children chin chip chips
choice choose church city class classroom claw clay cleanse cleaver clever click cliff climb clip clipboard clippers
cloak clocks closer cloth clothes cloud clover cloves clown club clue cluster clutter coach coal coast coaster
coasters coat coats cobbler code coffee coin coins collar color colour comb comedy comet comfort common conch condor
confer control cookery cookie cookies cooper cop copy cord corn cost cot cotton couch cough coughs coulter counter
counters countess counties country county couple couples courier course court cousin cover cow coy crack crackers
cream creep crew cricket crickets crime crisp crook cross crouch crowd crown cruel crumb crush crutches cry cub cues
cup cupboard cups cups' cure curl curler curtain curtains cushion cushions cusp cut cute cutlery cutter dad dagger
damage damp dance danger darkroom dash data dates daughter dawn days dead deaf deal dealer dear death debt deck
dedication deep deer delay demote denim dense dent dental dentist deny desert desk desks dessert desserts dial
diaper diary dice died diet dig dim diner ding dinner dip disc dish dishes disk ditch diva dive docket docks doctor
dog dogs doll dollar dolls dongle donkey donor donors donut doodle doom doorman doormat doors dot double doubt
dougie dove dozen drag drain drama drank draw drawer drawers drawn dream dregs dress dresser dressers dried drill
drip driveway drone drown drug drum drummer drunk duck dug dull dump dusk duty duvet eager ear earn ears earth east
edit egg eggs eight elbow elf email encounter enemy enjoy enter entrance entree entrees equal eraser err error
escape event evil exact exam excuse exist exists exit extra eye eyelashes fable faces fact fade fail faint fair
fairy fake fall false family fan fancy far farm fat father fault favour fear feast feather fed fee feed feeder fell
felt fence fever fiddle fidget field fiend fifth fifty fight file fill filler film filter finger fingers fire fish
fist fit five flag flak flame flank flash flask flavour flew flicker flight flip flipper float flood flour flow
flower flowers flu fly fold folder followers food fool football force forest fork forks form fort forty four fox
foyers frame frees freeze freezer freezes fresh fridges fried friend friends frigid fringe fritter frog frozen fruit
fruity fry fuel funnel fur fuse gain gap garage garden gas gasses gate gather gear gentle ghost giant gift girl glad
glances glass glasses gloss glosses glove gloves glow glue goal goat goggles gold golden golf goose gown grace grade
grain grainy gram grammar grand grandad granddad grandfather grandma grandmother grandpa grandson granola grant
granule grape grass grater grave gravel gray green greet grey grief grill grin grinder grip groan grocer grocery
ground group grow guard guest guests guide guilty guitar gum gun gust gutter habit hail hair hairs halfway hall
hallo halloween hallway hallways halo ham hammer hamper handle handles handset handy hang hanger harm hat hatch hats
haul hay head headache headphone heads heal health heap heart heat heater heating heavy heel height helmet hen herb
hero hide highway hill hinge hint hip hire hobby holder hole holes holiday hollow homemade homepage honest honey
hood hoodie hook hooks hop horn horse horseshoe hose hospital hotel hound hug huge hull human hunt hurry husband ice
ideal iguana ill inch ink inner insect iron island issue item jacket jail jam jar jaw jeans jelly jet jewel jigsaw
jitters jog joggers join joint jokers joy judge jug juice juicer july jump june jungle junk keen kennel ketchup
kettle key keyboard keyhole keypad keys kid kids kill kin king kiosk kiss kit kitchens kite kitten knee kneel knife
knight knit knob knock knot lab lace lack ladder ladle lady laid lake lamb lamp lamps land lane lantern lap laptop
laser latch latter laugh laundry law lawn layer lazy lead leaf leaflet leak lean leap leash leather leaving led leg
lego legs lemon lend length lesson letters liar libby librarian library lick lid lied lighter liking limb lime limit
line lines lining link lion lip lips list liter litre litter lived liver lives living load loaf loan lobbied lobby
local locked locker loft log logic logo logos lonely loner longer loom loop loops loose loot lord lose loss lounge
lovable loving luck lucky luggage lump lunch lung lunge machine mad magazine magic mail mailroom male mall man mango
map march mark marker market marry mask mass massage massages master masters mat match mate math matter meal meals
meat medal mediation medical medicine meditation medium meet meeting melt member men mend menu mercy merry metal
mice mild milk mill mint mirror miss mister mistress mitten mix mixed mixer mob mock mode model mom money monitor
monkey mood moon mope moped moral moss mother motor mountain mouse mouth movie mower mows muddy muffin mugs mum
museum mushroom myth naan nail nails naked nap napkin napkins narrow nasty nature naughty neat neck necklace needle
nerve nest net nightclub nightgown nightlight nightmare nine nipple noel noise noisy nona noodle noodles nook normal
north nose notebook noted notice noun novel novels nurse nut nuts oak oatmeal oats obey object ocean odd offer
office officer oil older onion orange ouch outlet oven ovens owe owl owned owner pack package packages packet paddle
page paid pain paint pair pajamas palace pale pall palm pan pancake panorama pans pantry pants paper papers parcel
parcels pardon parent parents parrot parrots party passes paste pastor pat path patio patrol paw pea peace peach
peanut pear peas pebble pen pencil pencils pendant pens pepper person pet petal pets phone phones photo photos piano
pickle picnic picture pie pig pile pill pillow pillows pills pilot pin pine pink pipe pit pitcher pizza plain plane
planet plant plants plaster plastic plate plates player plenty plot plug plum plunge plunger poach pocket poem poet
point poison pole police polite poll pond pooh pool poor pop popcorn poppy porch pork port pose post poster pot
potato pots potty pouch pound pour powder praise pray prayers press pretty price pride prince print printer prison
prize promote proof proud pudding puddle pump punch pupil puppy pure purple purse puzzle pyjamas queen quest quilt
quiz rabbit race rack racks racy radiator radio rag rags rail railway rain raisins ran rang range rank ranks rare
rat rate rattle raw ray reach real rear reason rebel recipe record recorder recycling red reef refrigerate
refrigeration refuse relates relax rely remain remote remotely remove rent reply rescue reset respect restroom rib
ribbon rice rich rid ride ridge ring rings rip ripe ripple rise risk river road roar roast rob rock rocks rod role
roll rolls roof root rope rose roses rotten rough router row royal rub rubber rubbish rucks rucksack rude rug rugs
ruin rule ruler runway rush rushing rust sack saddle safe safety sail salad sale salmon saloon salt sand sandal
sandals sandwich sang sank satin sauce saucepan saucer save saved scale scar scare scarf school science scissors
scones scooter score scraper scratch scream screen screw screws sea seal seat seats secret section sections seed
self sell sense sent series serves setting settle seven shack shade shadow shake shame shampoo shape share shark
sharp shave shaver shed sheep sheet sheets shelf shell shelter shelve shelves shift shine shiny ship shippers shirt
shirts shock shoe shoelace shoelaces shoes shoo shook shoot shop shoppers shops shore shot shoulder shout shove
shovel shower shower's showroom shrink shrubbery shutter shy sigh sight signs silence silk silly silver simple sing
singer single sinks sins sinus sip sir sister sits sitting situation six size skate skates skewer skill skin
skippers skirt sky slack slam slap sled sledge sleepers sleeve sleeves slice slid slide slim slip slipped slipper
slippery slither slope smack smart smell smile smoke smooth snack snacks snail snake sneeze sniper snippet snorkel
snow soaked soap soared sobbed sock socket socks soda sofas soil sold solid solo solve son sons sore soul sound soup
sour south space spade spare spark spatula spay speaker speakers spec special speck speech spend spice spicy spider
spinach spit split spoke spoken sponge sponges spongy spoon spoons spores sport spotless spray spread spring spry
squad square squeak squeeze stable stack staff stage stain stains stair stairs stairway stall stallion stamp stands
staple stapler star stare stars state static station statue steady steal steam steel steep stick sticker sticks
stiff sting stink stir stock stocked stole stomach stone stood stool store stories storm stove strange straw stray
strays stream street stress stretch strict string strip stroller strong stuck stud student studied studies studio
study stupid sturdy style subway suction sugar suit suitcase sum summer sun sunglasses sunk sunny sunroom sunscreen
super supper surf surprise swallow swam sweat sweater sweet swim swing sword syrup table tablecloth tables tablet
tabletop tablets tabs tags tail tale talent tall tally tank tans tap tape targets taste tasty taught tax taxi tea
team teapot tear tears teddy teeth television ten tennis tent term test thermometer thermos thick thief thigh thin
thirst thirty thoughts thread three threw throat throne thumb ticket tie tied tiger tight tile tiles tilly timer tin
tip tire tissue tissues title toast toaster toe toes toiled toilet toiletries toiletry tomato tone toner tongue tons
tool tools tooth toothbrush toothpaste top torch tore toss total touch tough tour towel towels tower towers town toy
toys track trade trail train traps trash tray tread treat tree trees trellis trench trick trip triplets trolley
troops trousers trowel truck true trumpet trunk trust truth tube tune tunnel tv tweezers twelve twenty twin twist
two type ugly umbrella uncle underwear unit upper urgent useful usual vacation vale valley van vane vape vary vase
vases vast veil vest vet video view village vine violin virus vise vision visit visitor voice vote vowel wafer
wafers waffle wage waistcoat waiter waiters wake walk walker walkers walkway wallet wander wanders war warden
wardrobe wardrobes washroom waste watchers watching water watering wave wax ways weak wear wedding weed weigh weight
wellies west whale wheat wheel wheels whip whisk whisper whistle white whitewash wide wife wild win wind window
windows wine wing wings wink winner winter wire wise wishing witch withers wolf woman wood wooden wool word words
wore workbook workbooks workshop worm worn worry worth wound wrap wreath wreck wrench wrist wrote yard yawn yell
yellow yoga yoghurt yogurt young youth zapped zebra zero zip zipper zippers zone zoo
"""
)

# First names: whoever says one means a person, known or not.
_FIRST_NAMES: Final = word_set(
    """
adam adele agnes aidan alan albert alex alexander alice alison amanda amber amelia amy andrea andrew andy angela ann
anna annabel anne annie anthony antonio arthur ashley austin barbara bella ben benjamin bernard beth betty bill
billy bob bobby brandon brenda brian bridget bruce caleb calvin cameron carl carla carlos carol caroline carrie
catherine cathy cecilia charles charlie charlotte chloe chris christine christopher cindy claire clara claudia colin
connor craig cynthia daisy dan daniel danny daphne darren dave david dawn dean debbie deborah dennis derek diana
diane dick dominic don donald donna doris dorothy doug douglas dylan eddie edgar edith edward eileen elaine eleanor
elena eli elijah elizabeth ella ellen ellie elsa emily emma eric erica ernest esther ethan eva eve evelyn felix
fiona florence frances francis frank fred freddie gabriel gary george georgia gerald gina ginger glen gloria gordon
grace graham greg gregory gus hannah harold harriet harry hazel heather hector helen helena henry holly howard hugh
hugo ian ida irene iris isaac isabel isabella ivan ivy jack jackie jacob jade jake james jamie jan jane janet janice
jasmine jason jay jean jeff jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joe joel john
johnny jon jonathan jordan jose joseph josh joshua joyce juan judith judy julia julian julie june justin karen karl
kate katherine kathy katie keith kelly ken kenneth kevin kim kirsten kyle lara larry laura lauren lawrence leah lena
leo leon leonard leslie lewis liam lily linda lisa liz logan lois lola louis louise lucas lucy luis luke lydia
maggie malcolm marcus margaret maria marie marilyn mario marion mark marlene marta martha martin mary mason matt
matthew maureen max maya megan melanie melissa mia michael michelle miguel mike mila miles miriam molly monica nancy
naomi natalie natasha nathan neil nicholas nick nicole nigel nina noah nora norman olga oliver olivia oscar owen
pamela pat patricia patrick paul paula pedro peggy penny peter phil philip phoebe phyllis rachel ralph ray raymond
rebecca rex richard rick rita robert robin roger roland ron ronald rosa rosie ross ruby russell ruth ryan sadie
sally sam samantha samuel sandra sara sarah scott sean sebastian sharon sheila shirley silvia simon sofia sonia
sophia sophie stacy stan stanley stella stephanie stephen steve steven stuart sue susan suzanne sylvia tamara tara
ted teresa terry thea theo theodore theresa thomas tim timothy tina toby todd tom tommy tony tracy travis trevor
tyler ursula valerie vanessa vera vernon veronica victor victoria vincent viola violet virginia vivian walter wanda
wayne wendy will william willy yvonne zachary zoe
"""
)

COMMON: Final = PLAIN | _EVERYDAY | _FIRST_NAMES

_ENDINGS: Final = ("s", "es", "d", "r", "ly", "less", "ness", "st")
_VOWEL_ENDINGS: Final = ("ed", "er", "ing", "est")


def is_common(word: str) -> bool:
    """Whether it is an everyday word or a plain inflection of one ("changed", "closer", "spotless")."""
    if word in COMMON:
        return True
    if any(word.endswith(ending) and word[: -len(ending)] in COMMON for ending in _ENDINGS):
        return True
    stems = [word[: -len(ending)] for ending in _VOWEL_ENDINGS if word.endswith(ending)]
    return any(stem in COMMON or stem + "e" in COMMON or _undoubled(stem) in COMMON for stem in stems)


def _undoubled(stem: str) -> str:
    """The stem of "stopped"."""
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
