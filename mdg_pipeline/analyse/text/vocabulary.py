"""The words by which writing about drumming is known. Patterns are whole words, any case.

Here belong words and nothing else; what is made of them is in `relevance` and `statements`.
"""

from __future__ import annotations

import re


def words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def each_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The instrument and playing it: one such word makes drumming likely.
DRUMS = words(
    r"drum[- ]?(?:kits?|sets?|parts?|patterns?|beats?|fills?|solos?|sounds?|programming|machines?|heads?|breaks?)",
    r"(?:snare|bass|kick) drums?",
    r"drums?|drummed|drumming|snares?",
    r"kick pedals?",
    r"kicks?(?= (?:and|is|sits|always|falls|lands|on|drum|sample|where|in|with)\b)|(?<=the )kick|(?<=bass and )kick",
    r"hi[- ]?hats?",
    r"hats?(?= (?:late|dragg?ing|hiss|sizzle|swing))|(?<=the )hats",
    r"(?:floor |rack |tom-)?toms?(?:-toms?)?",
    r"cymbals?",
    r"(?:ride|crash)(?: cymbals?)|on the (?:ride|crash)|ride (?:pattern|beat|line|bell)s?",
    r"break ?beats?|drum loops?|programmed (?:loops?|beats?)|beaters?",
    r"timbales?|cowbells?|wood ?blocks?|temple blocks?|gongs?|octobans?|roto-?toms?|congas?|bongos?"
    r"|djembe|cajón",
    r"(?:electronic|drum|practice|rubber) pads?|bass drum pedal",
    r"percussion",
    r"kits?",
)
# the instrument as what acts ("the drums stutter"), or as what is treated for its sound
DRUMS_DO = words(
    r"(?:drums|percussion|snares?(?: drum)?|hi[- ]?hats?|hats|cymbals?|kicks?|bass drum|toms?|beats?)(?: and \w+)? "
    r"(?:that |which |only |never |always |just |\w+ly )?(?!(?:is|are|was|were|has|have|had|been|on|in|of|by|at|to"
    r"|for|with|from|and|or"
    r"|but|as|that|than|the|a|an|kits?|parts?|sets?|sounds?|tracks?|machines?|programming|solos?|joined|left)\b)[a-z]+",
    r"(?:drums|percussion|snare(?: drum)?|hi[- ]?hats?|cymbals?|kick|bass drum|toms) (?:is|are|was|were) (?:\w+ly "
    r"|\w+ )?"
    r"(?:close-miked|miked|doubled|compressed|tuned|damped|gated|layered|slowed|distorted|muffled|mixed|panned"
    r"|processed|treated"
    r"|recorded|overdubbed|played|muted|pushed)",
    # "Built on a single drumbeat", "she sings over a stuttering kick"
    r"(?:built (?:on|around|from|over|upon)|based (?:on|around)|(?:driven|propelled|powered|anchored"
    r"|underpinned|carried|punctuated|dominated|backed) by|over|atop|rid(?:es|ing)|set to"
    r"|(?:opens?|begins?|starts?|closes?) with) "
    r"(?:(?!and\b|the band\b)[\w-]+,? ){0,5}(?:drums?|drum ?beats?|drumming|snares?|kicks?|percussion|beats?"
    r"|toms?|cymbals?|hi[- ]?hats?)",
)
# a credit says who, not how
CREDIT = words(
    r"on (?:the )?(?:drums|percussion)|\((?:[\w -]+, ){0,4}(?:drums|percussion)\b[^()]*\)",
    r"(?:(?:began|started|learn\w*|studied|taught (?:himself|herself)|play(?:s|ed|ing)?) )(?:to play |playing "
    r"|on )?(?:the )?(?:drums|percussion)",
    r"(?:switch\w*|turn\w*|chang\w*|move[sd]?|c[ao]me|took|takes?|drawn) (?:\w+ ){0,2}(?:to|up) (?:the )?(?:drums"
    r"|drumming|percussion)",
    r"drummed (?:for|with|in (?:an?|the|several|various|local|many|some) (?:[\w-]+ ){0,3}?(?:bands?|acts?"
    r"|groups?|duo|trio))",
    r"drum (?:shops?|stores?|lessons?|clinics?|schools?|teachers?|tech(?:nician)?s?|compan(?:y|ies)|magazines?"
    r"|books?|methods?|tutors?|corps|stools?)",
    r"(?:gave|bought|got|given|built) (?:him|her) (?:\w+ ){0,3}(?:drum ?(?:kits?|sets?)|drums?|kit)"
    r"|(?:begg|ask)(?:ed|ing) (?:\w+ ){0,3}for (?:\w+ ){0,2}(?:drum ?(?:kits?|sets?)|drums?)",
    r"(?:his|her|their|a) first (?:drum ?)?(?:kit|set|drums?)|(?:drum|percussion) (?:department|faculty|ensemble)",
)
ROLE = words(r"drummers?", r"percussionists?", r"beat[- ]?makers?")

TECHNIQUE = words(
    r"ghost(?:ed|ing)?(?: notes?| strokes?)|ghosting",
    r"back ?beats?",
    r"rim ?shots?|rim ?clicks?|on (?:the )?rims?|cross[- ]?sticks?|side[- ]?sticks?",
    r"paradiddles?|flams?|ruffs?|rudiments?|(?:press|buzz|double|single)[- ](?:stroke )?rolls?|double[- ]strokes?",
    r"(?:drum )?fills?(?= (?:are|that|with|in|into|across|an?|and|of)\b)|(?<=his )fills|(?<=her )fills|(?<=the )fills?",
    r"blast ?beats?|gravity blasts?|d[- ]beats?",
    r"double[- ](?:bass|kick)(?: (?:drums?|drumming|pedals?|work|patterns?|player|runs?))?",
    r"brushes|brushwork|brush work|brushed",
    r"(?:(?:his|her) |(?<=[’']s ))(?:(?:left|right) (?:foot|hand)|sticks|feet)|mallets|bundled rods|hot rods|sticking"
    r"|drumsticks|(?:matched|traditional|german|french) grip",
    r"open[- ]handed|heels?[- ](?:up|down)|feather(?:ed|ing|s)|moeller(?: technique)?",
    r"four[- ](?:limb|way)|(?:four |each |no two )?limbs?|(?:limb|four[- ]way|hand|coordinated) independence"
    r"|independence (?:of|between) (?:\w+ ){0,2}(?:limbs|hands|feet)|master of independence|ambidextrous",
    r"linear (?:grooves?|patterns?|drumming|fills?)",
    r"un-?quanti[sz]ed|quanti[sz](?:e|ed|ing|ation)|(?:to|the|ahead of the|without a) click(?: track)?|click track"
    r"|metronom(?:e|ic)",
    r"on (?:the )?pads|finger[- ]?drumm(?:ing|ed)",
    r"polyrhythm(?:s|ic|ically)?|cross[- ]rhythms?|metric modulations?|(?:tom )?ostinatos?",
    r"(?:hold(?:s|ing)?|held|grip(?:s|ped|ping)?) (?:\w+ ){0,2}sticks?|trad(?:es?|ed|ing) (?:twos|fours|eights)"
    r"|(?:flurr(?:y|ies)|barrage|volleys?|bursts?) of (?:\w+ )?(?:rolls|fills|beats|hits|strokes|toms?|accents)",
    r"tuned (?:low|high|down|up)|damp(?:ed|ens?|ing)|undamped|muffled|triggers?",
)

STYLE = words(
    r"grooves?|groov(?:y|ing)",
    r"shuffl(?:e|es|ed|ing)",
    r"swung(?! (?:back|open|by|round|around|from|to|into)\b)|swing feel|(?:(?<=record )|(?<=album )|(?<=song )"
    r"|(?<=track )|(?<=band )|(?<=music ))swings",
    r"(?:behind|ahead of|on top of|back on|around|with|on|pushes|pushing|off) the (?:beat|pulse)",
    r"laid[- ]back",
    r"(?:the |deep |in the )pocket",
    r"(?:half|double|cut|common|waltz|odd|swing|straight|4/4|3/4)[- ]time(?: feel| signatures?)?",
    r"waltz(?:es)?",
    r"rhythms?|rhythmic(?:ally)?|rhythm section",
    r"(?:[2-9]|1[0-9])/(?:4|8|16)(?: time)?|(?<=[’']s )swing|(?:his|her|their) (?:\w+ )?swing",
    r"syncopat(?:ed|ion|ions|es)",
    r"(?:one[- ]drop|train beat|motorik|second[- ]line|bo diddley beat|four[- ]on[- ]the[- ]floor|clave|tresillo)",
    r"tempos?|tempi|bpm|beats (?:per|a) minute|time signatures?|metres?|odd meters?",
    r"straight[- ](?:eighths?|sixteenths?|8ths?|16ths?|ahead|four)(?: notes?)?",
    r"(?:eighth|sixteenth|quarter|16th|8th)[- ]notes?|eighths|sixteenths|triplets?|dotted",
    r"(?:the )?(?:two|one|2)s? and (?:the )?(?:four|three|4)s?|percussive(?:ly)?|double drumming",
    r"(?:is|are|count(?:s|ed)|play(?:s|ed)|bars?|verses?|chorus(?:es)?) in (?:three|five|six|seven|nine|ten|eleven"
    r"|thirteen|fifteen)",
    r"from (?:three|four|five|six|seven) to (?:three|four|five|six|seven)|across the bar(?: ?lines?)?|bar ?lines?",
    r"(?:plays?|played|hits?|drums) (?:\w+ ){0,4}(?:hard|fast|loud|soft|quiet|light|slow|simple|simpli|bus"
    r"|heav)(?:er|ier|ly)",
    r"(?<=[’']s )(?:own )?playing|(?:his|her|their) (?:\w+ )?playing",
    r"tim(?:e|ing)(?=-?keep)|time-?keep(?:er|ing)|(?:keep|keeps|kept|keeping) (?:the )?time|sense of time|time feel",
    r"(?:(?:his|her|their) |(?<=[’']s ))(?:\w+ )?(?:touch|timing|accents|sense of (?:space|time|dynamics|swing"
    r"|rhythm))",
    r"(?:songs?|tracks?|versions?|music|numbers?) (?:is|are|was|were|gets?) (?:\w+ )?(?:faster|slower)",
    r"bolero|tango|mambo|highlife|juju|polka|(?:a|funeral|military|slow) march",
    r"samba|baião|maracatu|bossa(?: nova)?|afrobeat groove",
)
# Words of drumming that are words of every day too: they count beside the drummer or each other.
HINT = words(
    r"strokes?|sticks?|rods|grip|independence|(?:the|a) grid|click|skins"
    r"|(?:left|right)[- ](?:foot|hand|handed)|both hands"
    r"|feet",
    r"beats?|patterns?|rolls?|rolling(?! stones?\b)|pulse|accents?|accented|off-?beats?|downbeats?|upbeats?"
    r"|swings|swinging|swing|fills?",
    r"loops?|kicks?|(?:hand)?claps|the ride|the crash|tambourines?|shakers?|timing|bars?|pocket",
)
# How critics say that a drummer hits or carries a band; of guitars too, so they count beside the drummer's name only.
FORCE = words(
    r"propulsi(?:ve(?:ly)?|on)|backbone|engine(?: room)?|powerhouse|heartbeat|locomotive",
    r"pummel\w*|clatter\w*|thump\w*|thud\w*|thunder\w*|bash(?:es|ed|ing)|pound(?:ed|ing)|gallop\w*|skitter\w*"
    r"|stomp\w*|thwack\w*|wallop\w*|solos|soloing|(?:long|short|extended) solo"
    r"|hard[- ]hitting|heavy[- ]hitt\w+|hits hard"
    r"|(?:light|heavy|deft|delicate|subtle|sensitive|powerful|gentle|sure|lighter|heavier) (?:touch|hands?)",
    r"(?:driv(?:e|es|ing)|drove|propel(?:s|led|ling)?|anchor(?:s|ed|ing)?|underpin(?:s|ned|ning)?|power(?:s|ed|ing)"
    r"|push(?:es|ed|ing)?) (?:(?:the|a|an|any|his|her|their|this|that|big|whole|entire) )*"
    r"(?:band|group|orchestra|ensemble|trio|quartet|quintet|sextet|songs?|tracks?|music|rhythm section)",
)
# a statement of time says something of the groove by itself
TIME = re.compile(
    r"\d{2,3}(?:\.\d+)?\s?(?:bpm\b|b\.p\.m|beats (?:per|a) minute)"
    r"|(?<![\d/])(?:[2-9]|1[0-9])/(?:2|4|8|16)(?![\d/])"
    r"|\b(?:half|double|waltz|common|cut)[- ]time\b|\btempo of\b"
    r"|\b(?:tempo|faster|slower|slow|speed|accelerat|quicken|creep)\w*\b[^.;]{0,40}\b\d{2,3} (?:to|and) \d{2,3}\b",
    re.IGNORECASE,
)

# Makers, and words of what a kit is made of.
BRANDS = [
    "Ludwig",
    "Gretsch",
    "Slingerland",
    "Rogers",
    "Premier",
    "Tama",
    "Sonor",
    "Pearl",
    "Yamaha",
    "Mapex",
    "Camco",
    "Leedy",
    "Ayotte",
    "Noble",
    "Cooley",
    "Craviotto",
    "Zildjian",
    "Zildjians",
    "Sabian",
    "Paiste",
    "Meinl",
    "Istanbul",
    "Bosphorus",
    "Ufip",
    "Remo",
    "Evans",
    "Aquarian",
    "Vater",
    "Pro-Mark",
    "ProMark",
    "Akai",
    "Roland",
    "Linn",
    "LinnDrum",
    "Simmons",
    "Oberheim",
    "Supraphonic",
    "Vistalite",
    "Starclassic",
]
GEAR = re.compile(
    rf"(?<!\w)(?:(?:{'|'.join(BRANDS)}|DW|Drum Workshop|Vic Firth|E-mu|MPC|SP-?1200|TR-?[89]0[89]|808s?|909s?"
    rf"|Czarcie Kopyto)"
    r"|(?i:endorse[sd]?|endorsement|set-?up consists|(?:two|three|four|five|six|seven"
    r"|cocktail)[- ](?:piece )?(?:drum )?kit"
    r"|\d{1,2}(?:[- ]inch|″|\"|\s?×\s?\d|\s?by\s?\d{1,2}[- ]inch)|drum ?heads?|front head|calfskin|heads|pedals?"
    r"|(?:bass|snare|kick) drum model|kits? (?:has|had|is|are|was|were|consist|made|of|from|with)|rivets?|riveted"
    r"|samplers?|drum machines?|microphones?|brass|maple|birch))(?!\w)"
)

# people and bands with a maker's name
NAMESAKES = re.compile(
    r"\bPearl (?:Jam|Harbou?r|Bailey)\b|\bTalking Heads\b|\bDJ Premier\b|\bPremier (?:League|Guitar)\b"
    r"|\bRoland (?!Drum|Octapad)[A-Z][a-z]+"
    r"|\b(?!(?:The|His|Her|Their|Old|Vintage|Both|In|On|With|Using|Remo)\b)[A-Z](?:[a-z]+|\.) "
    r"(?:Evans|Rogers|Simmons|Noble|Cooley|Linn)\b"
)
# drums that nobody plays
MACHINE = words(
    r"drum (?:machines?|loops?|samples?|programming|programs?)(?: (?:beats?|patterns?|loops?|rhythms?|tracks?))?"
    r"|programm(?:ed|ing)(?: (?:drums?|drum \w+|beats?|loops?|percussion|rhythms?))?|sequenc(?:ed|ing|ers?)|linndrum"
    r"|tr-?[89]0[89]|[89]0[89]s?|trap hi[- ]?hats?"
)

# What a person does at the drums.
PLAYING = (
    r"(?:play|us|hit|keep|tap|strik|pound|drum|lay|push|swing|drive|hold|lean|lead|fill|tun|feather|accent|lock|ride|"
    r"chop|program|sequenc|nudge|layer|shift|switch|doubl|leav|sit|tuck|pull|drag|avoid|build|bring|favou?r|prefer|"
    r"combin|develop|mov|add|mut|damp|approach|abandon|get|anchor|propel|punctuat|attack|trad|mak|alternat|open|crack|"
    r"practis|practic|employ|incorporat|pioneer|introduc|strip|count|kick|roll|turn|paint|skip|glid|stay|doubl|"
    r"handl|produc|perform|serv|shak|stomp|stop|bash|pummel|thump|clatter|provid)(?:es|s|ed|ped|ting|ping|ing|e)?"
    r"|kept|held|led|drove|swung|laid|hit|struck|brought|left|sat|built|rode|got|made|chose|stuck"
)
# what is praised of a player, of any instrument
SKILL = words(
    r"speed|power|showmanship|musicality|precision|technique|technical|touch|dynamics|feel|playing|style"
    r"|versatil(?:e|ity)|stamina|chops|phrasing|timekeeping|time|finesse|virtuos(?:o|ity)|restraint|musical"
)
PRAISE = words(
    r"(?:known|noted|renowned|famous|celebrated|recogni[sz]ed|acclaimed|revered|admired) for",
    r"trademark|signature|hallmark",
    r"styles?|stylistic|approach|technique|touch|feel|playing|dynamics|restraint|restrained|versatil(?:e|ity)",
    r"(?:described|praised|singled out|credited|hailed|noted|called|lauded|likened|compared|regarded)",
    r"melodic|musical|sensitive|economical|economy|mechanical|primitive|frantic|ferocious|effortless(?:ly)?"
    r"|as (?:little|hard|fast|loud) as"
    r"|less|everything|anything|nothing|simpl[ey]|straightforward|idiosyncratic|unorthodox|unconventional|unusual",
    r"power(?:ful|house)?|speed|showmanship|musicality|precision|sparse|spare|tight|crisp|dry|heavy|steady"
    r"|loose|lazy|fluid|delicate|precise|thunderous|busy"
    r"|unhurried|minimal(?:ist)?|hypnotic|understated|explosive|intricate|propulsive|relaxed|relentless|funky"
    r"|hard-hitting|driving|polyrhythmic|inventive|subtle|elastic|quiet|slow|fast",
    r"one of the (?:first|few)|among the first|master of|first to",
)

# Words of lives, careers and trade, which stand in most sentences that are not about playing.
BIOGRAPHY = words(
    r"born|died|dies|death|marri(?:ed|es|age)|divorced?|children|daughter|son|brother|sister|father|mother|wife"
    r"|husband",
    r"grew up|raised|studied|graduated|attended|educated|school|degree|teacher|family",
    r"join(?:s|ed|ing)|left the (?:band|group)|leaving|replac(?:es|ed|ing|ement)|rejoin(?:ed|s)|departed|departure|quit"
    r"|fired|hired|formed|founded|founding|disband(?:ed)?|reunited|line-?ups?|members?|consists? of",
    r"arrested|hospitali[sz]ed|injur(?:ed|y)|cancer|surgery|rehab|convicted|fined|sued|addiction|broke his|broke her",
    r"award(?:s|ed)?|nominat(?:ed|ion)|ranked|voted|inducted|grammy|hall of fame|poll|fellowship|prize|peaked"
    r"|chart(?:s|ed)?|sold|at the age of|aged \d+|as a (?:boy|girl|child|teenager)|clinics?|lessons?|broadcast"
    r"|present from|destroyed|donated|burn(?:ed|t)|on display|museum|exhibit\w*|left behind|argument|laptop|e-mail"
    r"|warehouse|stolen|auction(?:ed)?|photograph(?:s|ed)?|poster|copies|billboard|certified|score|stars",
    r"signed|label|manager|contract|released|release|reissue[ds]?|vinyl|sleeve|cover|video|magazine|poster|tickets?",
    r"tour bus|headlined|opened for|support(?:ed|ing)? act|opening act|festival|sold out",
    r"named after|dedicated to|funeral|interviewed|announced|stated that he (?:was|would)|lives in|moved to|resides",
    r"autobiography|published|film|movie|actor|role as|novel|book|biography|documentary",
)
OTHER_INSTRUMENTS = words(
    r"(?:guitars?|guitarists?|bassists?|bass(?:lines?| lines?| guitar)|vocals?|vocalists?|singers?|sings|sung|lyrics?|"
    r"verses? (?:in|deliver)|pianos?|pianists?|keyboards?|keyboardists?|organ|organist|horns?|saxophon\w+|sax"
    r"|trumpet\w*|"
    r"trombon\w+|strings|violins?|cellos?|synths?|synthesi[sz]ers?|harmonica|flute|choirs?|rapper|rhymes|flow|riffs?|"
    r"melod(?:y|ies|ic)|chords?|harmony|amplifiers?|arpeggios?|turntables?)",
)

# Where the words above mean something else. What these match is not read.
OTHER_SENSES = re.compile(
    r"(?<!\w)(?:"
    r"rock(?: ?(?:and|&|’?n’?|'?n'?) ?)rolls?|rolls? (?:royce|out|call)|strokes? of (?:luck|genius)"
    r"|(?:survived|suffered|had|after|from) (?:an? )?(?:(?:minor|major|mild|massive|severe|serious|second|fatal"
    r"|debilitating) )?strokes?|(?:in|out of) (?:his|her|their"
    r"|my) (?:own )?pockets?"
    r"|(?:up|down|off)-?beat (?:\w+ ){0,2}(?:songs?|ballads?|mood|lyrics|sense of humou?r|humou?r|tone|numbers?"
    r"|attitude)"
    r"|(?:live[sd]?|living) off the grid|brush(?:es|ed)? (?:his|her|their) (?:teeth|hair)"
    r"|hits? (?:the road|singles?|songs?|records?|albums?)|(?:a|worldwide|minor|major|big|one) hit"
    r"|(?:thick|strong|regional|southern|northern|foreign|\w+ish|\w+an) accents?|(?-i:Kit (?=[A-Z]))|"
    r"drum[- ](?:and|’?n’?|'?n'?|&)[- ]bass|d ?& ?b|drum ?n ?bass"
    r"|(?:oil|brake|cable|steel oil|petrol|paper|magnetic|photocopier|washing machine|washing|tumble|dryer|cement|fuel|"
    r"beer|hose|winch|chemical) drums?|drums? of (?:oil|cable|fuel|petrol|chemicals|paint|waste|the winch|a winch)"
    r"|drums? (?:speed|brakes?|scanners?|majors?|majorettes?|memory|printers?|barrels?)|the drum of an?"
    r"|drum(?:s|med|ming)? up|drum(?:s|med|ming)? (?:his|her|their|its) (?:fingers?|heels?)|drummed out|drumming out"
    r"|drum(?:s|med|ming)? (?:\w+ ){0,4}into (?:his|her|their|our|the) (?:heads?|minds?)"
    r"|drum ?beats? of (?!the)\w+|(?:steady|constant|daily) drum ?beats? of|drum ?beats? of war"
    r"|drum ?rolls?,? please|ear ?drums?|drumlins?|tympanic|snare drum (?:box|wire box)|snare-wire box"
    r"|(?:chicken|turkey|fried|barbecued?|roast) (?:\w+ )?drumsticks?|chicken legs"
    r"|beat of (?:his|her|their|its|your|a|my) (?:own|different) drum(?:mer)?|different drum(?:mer)?"
    r"|drummer boys?|drum doctors?|drums? (?:is|are|was|were) painted"
    r"|drum circle|Drum!? magazine ran|kettle drum fish|(?:red|black|freshwater) drum|drum fish"
    r"|Drum (?:magazine|Corps International|Taps)"
    r"|beat(?:s|en|ing)? (?:the (?:competition|odds|rest|record|band)|cancer|up|him|her|them)|beat generation"
    r"|beat(?:s|en|ing)? out(?! an?\b| the\b)|to beat(?= (?-i:[A-Z]))"
    r"|(?:broke(?:n)?|injur(?:ed|ing)|fractur(?:ed|ing)|sprain(?:ed|ing)|hurt|lo(?:st|sing)) "
    r"(?:his|her) (?:left |right )?(?:hands?|foot|feet)"
    r"|(?:his|her) (?:left |right )?(?:hands?|foot|feet) (?:was|were) (?:\w+ )?(?:injured"
    r"|burn(?:ed|t)|broken|crushed|hurt|amputated|paraly[sz]ed)"
    r"|beats? (?:by dre|headphones)|on the beat (?:as a|police)|beat poet(?:ry|s)?|dead ?beats?|the beat generation"
    r"|brush(?:es|ed)? (?:with|aside|off|up|by|past|against|over)|paint ?brush(?:es)?|brushes with (?:death|fame"
    r"|the law)"
    r"|swing (?:votes?|voters?|states?|sets?|doors?|music|era|bands?)|mood swings?|in full swing|golf swing"
    r"|locked groove|run-?out grooves?|(?:record|vinyl|record's) grooves?|grooves? of the (?:record|vinyl|lp)"
    r"|on shuffle|shuffle(?:d)? (?:mode|off|the (?:cards|deck|line-?up|running order|playlist))|(?:line-?up"
    r"|cabinet) shuffle"
    r"|ipod shuffle|re-?shuffl\w+|(?:football|press|first[- ]aid|tool|sewing|repair) kits?|kit bag"
    r"|ghost (?:stor(?:y|ies)|town|writer|wr\w+|train|ship)s?|snared|booby trap"
    r"|(?:tempo|pace|rhythms?|pulse|beat) of (?:the |its |their |his |her |a |an |everyday |daily )*"
    r"(?:life|lives|city|cities|streets?|village|nature|season|seasons|sea|work|machine|machines|negotiations|talks"
    r"|game|match|race|"
    r"speech|language|narrative|film|editing|conversation|history|nation|times|day|days|world|train|trains|market)"
    # with a plain noun that is none of music: "the rhythm of the tides"
    r"|(?:tempo|pace|rhythms?|pulse|beat|shuffl(?:e|ing)|patter) of (?:(?:the|a|an|its|their|his|her|our|modern"
    r"|everyday|daily|many|busy|passing) )*(?-i:(?!(?:\w+ ){0,2}(?:drum|song|track|tune|number|piece|music|album|record"
    r"|single|verse|chorus|bridge|intro|outro|section|part|bar|beat|waltz|samba|rumba|clave|shuffle|march|dance|funk"
    r"|jazz|rock|soul|reggae|disco|house|techno|hip|swing|kick|snare|hat|hi|tom|cymbal|ride|bell|eighth|sixteenth"
    r"|quarter|triplet|original|remix|demo|version|playing|band|group|around|about|roughly|nearly|some|between"
    r"|approximately|exactly|just|only|over|under)))(?-i:[a-z]+)"
    r"|accents? of (?:(?:the|his|her|their|its) )?(?:\w+ )?(?:neighbou?rs?|parents?|region|county|city|south|north|east"
    r"|west|locals?|actors?|people|town|village|country)"
    r"|(?:sold|donated|pawned|auctioned(?: off)?|gave away|lost|stole) (?:(?:the|his|her|their|its|an?|old|first|last)"
    r" )*(?:drums?|drum (?:kits?|machines?|sets?)|kits?|cymbals?|snares?|samplers?|machines?)"
    r"|gave (?:(?:the|his|her|their|its|an?|old|first) )*(?:drums?|drum (?:kits?|machines?|sets?)|kits?|cymbals?"
    r"|snares?|samplers?) to"
    r"|(?:drum (?:kits?|machines?|sets?)|(?:snare |bass )?drums?|kits?|cymbals?|samplers?) (?:was|were) (?:stolen"
    r"|sold|donated|lost|seized)"
    r"|(?:fans?|crowds?|audiences?|rain|children|hooves|fingers?) (?:\w+ )?(?:drum|beat|clap|stomp)\w*"
    r"|rhythm (?:guitar(?:ist)?s?|method|and blues|& blues|game)|heart ?(?:beats?|rates?)|(?:pulse|resting"
    r"|heart) (?:rate|pulse)|time machine|side ?kicks?|penalty kicks?"
    r"|kick(?:s|ed|ing)? (?:off|out|in|back|(?:the|his|her|their|a) (?:\w+ )?(?:habit|addiction|drugs?|tour))"
    r"|filled? (?:in|out|up|with|the (?:gap|void|vacancy|role))|the fill(?: date)"
    r"|(?:local|dive|small|smoky|hotel|wine|gay|strip) bars|bars (?:and|or) (?:clubs|pubs|restaurants)"
    r"|behind bars|bar bands?|pocket (?:money|book|watch|sized|of|trumpet)|out of pocket|air pockets?|back pockets?"
    r"|crash (?:landing|course|site|pad|victims?)|(?:car|plane|bus|bike|motorcycle|market) crash"
    r"|sticks? (?:to|with|around|by|together|up|out)\b|in the sticks|sticks? of|joysticks?|lipsticks?"
    r"|behind the pulse|finger on the pulse|pulse (?:nightclub|magazine)|patterns? of (?:abuse|behaviou?r)"
    r"|weather patterns?"
    r"|(?:set|break|change|match)(?:s|ing|ed)? the pace|rim of the|rods? and|fishing rods?"
    r"|heads? (?:up|to|for|of|off|out|south|north|back|home|office|start)\b|head ?(?:quarters|lin\w+)"
    r"|(?:gas|brake|effects?|volume|wah|wah-wah|guitar|delay|loop|expression|piano|sustain|fuzz|distortion) pedals?"
    r"|pedal steel"
    r"|feet (?:long|tall|high|wide|deep|above|away|of|and inches)|\d+ feet|six feet|back on (?:his|her|their) feet"
    r"|at the time|for the time being|double bass (?:was|by|is|and|player in|section|of)|double bassist|upright bass"
    r"|bass kick(?:ing)?|tom (?=[A-Z])|(?-i:Toms? (?=[A-Z]))|(?-i:\bTom\b)|(?-i:\bBrush(?:es)?\b(?= [A-Z]))"
    r")(?!\w)",
    re.IGNORECASE,
)
# There are no drums, or the drummer is not who plays them.
_A_DRUM = r"(?:drums?|drum (?:kits?|parts?|tracks?|machines?)|drummers?|drumming|percussion(?:ists?)?|beats)"
ABSENCE = words(
    r"(?:find(?:ing)?|need(?:s|ed|ing)?|lack(?:s|ed|ing)?|seek(?:s|ing)?|sought|search(?:es|ed|ing)? for"
    r"|look(?:s|ed|ing)? for|advertis(?:e|es|ed|ing) for|audition(?:s|ed|ing)?) (?:a |an |another |new |permanent "
    r"|suitable |full-time |any )*drummers?",
    rf"(?:no|without|lack(?:s|ed|ing)?|avoid(?:s|ed|ing)?|shun(?:s|ned)?|eschew(?:s|ed|ing)?|omit(?:s|ted)?"
    rf"|(?:did|does|do|doing) away with|dispens(?:e|es|ed|ing) with|devoid of|free of|bereft of)"
    rf" (?:a |any |all |the |its |their |live |real |proper |acoustic |programmed )*{_A_DRUM}"
    r"|(?:sat|sits|sitting) (?:\w+ ){1,3}out"
    r"|(?:neither|nor) (?:drums|percussion|a drummer)|(?:the|in) place of (?:the )?(?:drums|percussion|a drummer)",
    r"(?:did|does|do|could|was|is)(?: not|n[’']t) (?:\w+ )?(?:play|drum|appear|perform|feature|heard|present)(?:ed"
    r"|ing)? (?:the drums )?(?:on|at|in) (?:the|this|that|either|any|its|their|his|her|most|all|some|half)",
    r"(?:place|seat|stool|spot|role|chair|duties|drumming|drums)(?: (?:behind|at|in|on|with|as|for) (?:\w+ ){1,3}?)?"
    r" ?(?:was|were|is|are|has been|had been|would be) (?:then |later |briefly |soon )?(?:taken|filled|occupied"
    r"|handled|covered|deputi[sz]ed)(?: over| on)? by",
)
# beats and turns a minute of what is no music
NOT_MUSIC = re.compile(
    r"\b(?:heart[- ]?(?:rates?|beats? (?:of|at|reached))|(?:his|her|their) (?:heart|pulse) (?:was|rose|raced|beat)"
    r"|resting (?:heart|pulse)|pulse of \d+|hospital\w*|patients?|blood pressure|athletes?|cyclists?|"
    r"cardiac|ecg|treadmill|rpm|hard (?:disks?|drives?)|platter|chest compressions|cpr|spin(?:s|ning)? at)\b",
    re.IGNORECASE,
)

# Capitalised, but nobody who plays; in lower case.
NOT_PEOPLE = frozenset(brand.lower() for brand in BRANDS) | each_of(
    """
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday i i'm i've i'd i'll i’m i’ve i’d i’ll
    modern drummer rhythm magazine drum downbeat pitchfork nme allmusic billboard mojo uncut spin guardian bbc
    rolling stone wikipedia grammy american british english irish scottish welsh african brazilian cuban latin
    christmas easter halloween
    european german french norwegian swedish japanese jamaican turkish nigerian caribbean afrobeat bpm mpc dj
    new york london nashville memphis orleans los angeles detroit chicago berlin studios studio records
    dw workshop vic firth pro mark tr sp e-mu cd lp ep tv uk us usa
    """
)
# At a sentence's start a capital says nothing of these.
COMMON_STARTS = each_of(
    """
    a an the this that these those his her their its he she they it we you my our in on at for with from by as of to
    after before during since while when where although though unlike like both each all most many few some several
    no not never there here then now also however meanwhile despite throughout instead influenced inspired known
    having had if would outside over under between among within without through across against about above below
    critics reviewers drummer drummers producer guitarist bassist singer vocalist band one two three what who whose
    how why early late original former odd straight live recorded personnel discography compared as tempos tempo
    drums drumming drum cymbals snare percussion beats beat but and or so yet still even only just once perhaps
    every either neither any another much little more less other others such
    everyone everybody nobody somebody anyone someone today yesterday tonight music everything nothing
    """
)
