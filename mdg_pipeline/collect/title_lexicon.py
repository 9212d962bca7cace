"""Words by which a file name is read: everyday words, given and family names, well-known acts, games and films.

What belongs here: lists, and asking whether something is on them. They decide doubtful cases only: a name that is
an everyday word needs a clearer place in a title, and a well-known act in the other field of "X - Y" says who plays.
Everything is in lower case without diacritics.
"""

from __future__ import annotations

from functools import lru_cache

FUNCTION_WORDS = frozenset(
    """a about abyss academy account acid after agent aint alarm albatross all alley allow alpha altar am amber
    ambition amen an anchor ancient and anger angle ankle anvil apollo are arena argent argument armour around arrow
    as ascension ashes aspect asylum at athlete atlas atomic attack attic aurora autopsy avalanche avenue away awful
    axe backward bacon bald bamboo banquet baptism barn baron barrel basement basket bath bayou be beacon beard
    beaver been beetle before behemoth beta bible billion binary biscuit bishop blackbird blanket blast blaze
    blessing blizzard bloom blossom bluebird bluff blunt boil bold bolt bond bonus bounce bounty boxer brain branch
    bravery breeder brew brick bronze broom browser brush bucket buckle buffalo bull bumble bundle bunker bunny
    burden burial but butcher butler buzz by cabaret cabbage cabin cable cadillac caesar cameo camera campaign can
    canal cancer cannibal cannon cant canyon capital carcass cardigan cardinal career cargo caribou carpenter carpet
    carriage carrot cartoon cascade casino casket castaway casual catalyst catapult cattle caution cavalier ceiling
    cello cement cemetery central century ceremony chalk challenge chamber champagne champion channel chapel chapter
    character charlatan charm charmer chart cheat cheer cheese chef chemical chess chest chief chimney chin chip
    chisel chocolate choir choose chord chorus chrome chronicle cigar cigarette cinema cinnamon citizen civil clay
    cliff climax climb clinic closet cloth clover cluster coal cobra cobweb cocaine cockroach cocktail coconut
    coffin coin coke collapse collar collect collection college colony combat comedy commander commodore common
    communion compass complete complex computer concrete condor confession confusion connection conquest conscience
    consequence constant contact contest context contour contract convoy cookie cop coral core corner corpse
    corridor cosmos costume cottage cotton cough could council coven cowbell coyote crab crane crank crate crater
    crawl crayon creator crescent cricket crocodile crow cruiser crumb crunch crusade crush cupid curb curious curl
    curse curtain cushion custom cyan cyclone cynic cypress dagger dahlia dairy daisy dam damage damp danube das
    data date de deacon deaf dealer decade deceit decent decision decree defeat defiance degree delicate delight
    delirium deliver delta deluge deluxe demon denial denim deny deputy der descend design despair detective detour
    detroit device devotion dew diary dice dictator did die diesel dig digital dignity dilemma dime dimension
    diploma direct disciple disclosure discovery disease disguise dish dismember disorder distant district disturb
    ditch diver division do dock document does dollhouse domino dont doom doorway dose dot dough down downfall
    downtown dozen drag drain drawer dread driftwood drill drone drought dual dude duel duet duke dune dungeon duo
    dusk duty dwarf dynamo dynasty e eagle earl earthquake easter ecstasy eden editor eel effect eight ein el elbow
    elder election elegance elegant elegy element elevator elf elite ember emerald emergency empathy enchant encore
    endless engineer ensemble entertain entomb entrance entropy envy epic epitaph equal equator equinox era error
    eruption escalator estate et eternal ether evergreen everyman evidence evolution exact example excess exchange
    excite exile exodus exotic expect expert explorer explosion export extra fabric factor factory faculty fail
    fairground falcon false fang fantastic fare farewell farmer fatal fate fault feast feather federal feline
    fellowship femme ferry festival fetish fiction fiddle fiddler field fiend fighter figure file finale finch
    finish firefly firehouse firewall firework fist fix flake flamingo flannel flaw fleet flesh flip flock flora
    flour flute flyer foe foil fold footstep for force forge fork form formula fort fortress forum fossil foundation
    fourth fraction fracture freak freeway freeze freight frequency friction from frontier frontline fruitcake
    fugitive funeral fungus fuse fusion fuzz gale gallery gallows gamble gamma gang gap gargoyle gasoline gauge gaze
    gazelle gem gene general genius genre gentleman geyser ghetto ghost ghoul giraffe glacier glance glide glimmer
    glitch global glue gnome goal goblin gong gonna gorilla gossip gotta gown grade grain grammar granite grape
    graph grasshopper gravedigger graveyard grease grenade grid grief grill grim grin grind grip grizzly groom gross
    grotto grudge guardian guerrilla guest guild guilt gulf gulp gum gutter habitat had hail hairspray halftime halo
    handle handsome hangar harbor harlem harlequin harlot harp has hatchet have haven havoc hawk hay hazard haze he
    headache headlight headline health hearse heartbeat heathen hedgehog heel height heist helicopter helium helix
    henchman her herald herb here heretic hermit heron hex highland him hinge hint his hitchhiker hive hobby hobo
    hog hollow hologram homeless honor hood hoover hop hopeless hopper hornet horror hostage hound hourglass hover
    how howl hub hug hull humble humour hurdle hydra hyena hymn hype i ibis icarus icon ideal identity idol if
    ignite ignorant iguana il im immigrant imp impact impulse in inch indigo industry infant inferior inferno
    influence initial ink inmate inn innocence insane insect insomnia inspector instinct institute insult intercept
    interpol interval into invader invasion invention investigation invite invoice iris irish irony is isnt it item
    its ivory jacket jade jaguar jaw jelly jellyfish jeopardy jester jewelry jockey judge judgement juggernaut juli
    jumper junction junior junkie jupiter jury just kangaroo keeper kennel kernel kettle keyboard kidney killjoy
    kilo kite kitten kiwi la labyrinth lace ladder lagoon lair lament lance landing landlord landmark landscape
    lantern las laser latin latitude lava lavender lawn lawyer layer lazy le leather legacy legion leisure lens
    leopard les lesson lethal leviathan liberty license lid like lilac limb limo linen linger lipstick litter lizard
    lo loaf lobby lobster local locket locomotive locust lodge logic logo loop loot lord los lotus lounge lowland
    loyal lullaby lumber luminous lump lunch lung lurk luxury lynx lyric macabre machete magenta magma magnum magpie
    mailbox majesty major majority makeup mall mammoth manager mandrill mane mango manifest mannequin manor mansion
    mantis mantra manual maple marathon marble margin marigold marionette market maroon marrow marsh martyr mascara
    mass massive mastodon mate matrix mattress mature maverick maximum mayor me meadow meal measure mechanic medal
    media mediator medic mein mellow melt member memphis menace mend mental mentor merchant mercury mermaid
    messenger messiah meteor meter metre metro metropolis mexico microphone microwave middle midget military militia
    mill mine miner mineral mining minister mink mint minus mischief misfit missile mist mister mixture moan mob
    mobile mode model modern module mole moment monarch monastery monk monolith monsoon monument moonlight moonshine
    moose morbid mortal mortgage mosaic mosque mosquito moss motel moth motif motive motorbike motorcycle mound
    mourning movement mud muffin mule mummy murder murmur muscle museum musket mutant mutiny mutual my myriad myth
    mythology napalm nebula necklace nectar nectarine needle neighbour nerve network neutral never newborn newspaper
    nickel nickname ninja nirvana no noble nomad nonsense noon normal northern not notion nova novel now nuclear
    nude nugget numb nun nutmeg nylon oak oath obelisk obituary object oblivion obscure observer obstacle occult
    octopus odyssey of off offer offspring ogre oil olive omega omen on one onion onslaught onto opal opinion opium
    opportunity option opus or orbit orbital orchard orchid ordeal ordinary organ organic origin orphan ostrich our
    out outcast outfield outlet outpost oval oven over overdose overdrive overkill overload overture oxygen oyster
    pact paddle pagan page pageant palm pancake panda panel pantheon parachute parasite parchment pardon parliament
    parody parrot parsley partner passage passenger passport pasta pastor patch path patriot patrol pattern pavement
    paw pawn payment peacock peak pebble peculiar pedal pedestrian pelican penalty pendulum penguin peninsula
    pentagon pentagram pepper percent percussion perfume peril period periphery permanent persona perspective petal
    petrol phase pheasant phenomenon philosopher philosophy photo phrase physical pickle picnic pier pill pillar
    pillow pin pine pioneer pistol pit pitch pixel pizza plague plaid plantation planter plaster platform platinum
    platypus playboy playground plaza plot plough plow plug plum plumber plume pluto poacher poetic point polar pole
    police polish poll pollen polygon pond pope poppy popular population porcelain porch porcupine porno port portal
    porter portion positive potato potion pottery pound powder prairie preacher predator presence president pressure
    prevail prey priestess primary primate primitive printer prism privilege prize probe process procession producer
    product professor profile profit program progress prohibition project prom promenade proof propaganda propeller
    property prophecy prophet protest proton prototype province prowler psalm puddle puma pumpkin punch punishment
    pupil puppy purgatory purpose pursuit pyramid python quail quake quality quarry quarter quartz quasar quicksand
    quicksilver quilt quiver quota rabble raccoon racer radar radiant radiator radical radius raft rail railroad
    railway ram rampage ranch rancid range ranger ransom rapid rascal ration rattle rattlesnake ravage ravine raw
    reaction reactor realm reaper rebirth recall receiver recipe reckless reckoning record recover recruit reel
    referee reflection reflex reform refrain refugee regime region rehab reign reindeer relapse relation relax relay
    relic relief remedy remote render renegade rent repair repeat replica reply report reptile republic request
    requiem resident resist resistance resolution resonance respect response restless result retro reunion reveal
    reverb reverence reverend reverse review revival revolver reward rhino rhyme ribbon rice rider ridge rifle rim
    riot ripple ritual rival riverside roach roar robber robbery robin robot rocky rod rodeo rogue roller rolling
    rookie rooster rotation rotten routine row rubber rubble rude rug rumble rumour runaway runway rural sabbath
    saber sabotage sacrifice saddle safari saga sage salad salmon saloon salute samba sample samurai sanctuary
    sanctum sandal sandman sandstorm sandwich sapphire satan satellite satin satisfaction saucer savior saviour saw
    saxophone scale scandal scarecrow scarf scatter scent sceptre schedule scheme schism scholar scissor scoop scope
    score scout scrap scratch screw script scroll sculpture scum seagull seaside season sector seduction seeker
    senate senator sensation sense sentence sentinel sequel sequoia serenade serenity sergeant serpent servant
    session seventh sewer shack shaft shaman shamen shampoo shatter she shed shelf shell shellac sheriff shield
    shimmer shiver shock shoreline shotgun shovel shred shrimp shrine shrink shroud shuffle shuttle sibling sidewalk
    siege signal signature silhouette silo sinner siren sitar sixteen sixth sixty skate skeleton sketch ski skid
    skill skirt skull skunk skyline slack slang slap slate slaughter sleeper sleeve slice slick slime sling slipper
    slogan slope sloth slug slumber smog snack snail snare sneak sniper snowball snowman so soap soar soccer society
    socket soda sofa software solace solar solitude solution sonar sonata sonic sonnet sorcerer source southern
    sovereign spam spaniel spark sparrow spear specimen spectacle spectre spectrum sphere sphinx spike spill spine
    spiral spit spite splash splinter spoil sponsor spook sport spot spotlight spray spread sprite spruce squad
    squadron squid squirrel stable stadium staff stake stallion stamp stance staple stardom stare starfish starlight
    startup statement static statue status steady steamboat stellar stem steppe sterile stew stigma stitch stock
    stool storage stork stove strand strap strategy straw strawberry streak strengthen stress stretch strife stripe
    stripper strobe stroke structure student studio stuff stumble stunt subject sublime suburb success sucker suffer
    suitcase sultan sum summit sundance sundown sunflower sunk sunlight super superman supernova supreme surface
    surgeon surgery suspect suspense suspicion swamp swarm sway swear sweep swell swift swimmer swine symbol symptom
    syndicate syndrome syrup tackle tactic tail tailor talisman tambourine tangerine tangle tapestry tar target
    tarot tavern tax teardrop telegram telegraph telescope temper tempest template tempo temporary tenant tendency
    tension tent tentacle terminal terminator terrace terrible terror testament textile than that thaw the theft
    their them then therapist therapy there thermal these thesis they this thorn those thread threat threshold
    throne throttle through thug thumb thunderbird thunderstorm tick tickle tidal tiger tile till timber timeless
    tin tinsel tip titan titanium title to toaster tobacco toe tomato tomb tombstone ton too topaz topic torment
    torn torso tortoise torture totem touchdown tourist toxic tractor tragedy traitor tram trance transfer
    transformer transistor transit translation transmission transparent transport trauma treason treaty tremor
    trench trial triangle tribute tricycle trigger trillion trinity trio troll trolley trombone trophy tropic
    tropical trumpet trunk tsunami tuba tuna tundra turbine turbo turkey turmoil turtle tutor tuxedo twister tycoon
    typhoon tyrant ufo umbrella un una uncertain und undead under underdog underground undertaker underwater
    underworld une uniform union unison unit university unrest until up upheaval uprising urban urgent urn us utopia
    vacancy vacuum vagabond valentine valiant valley valve vampire vandal vapour vault vector vegas vehicle veil
    vein velocity velvet vendetta vengeance venom ventilator venture verdict verse vertex vertical vertigo vessel
    veteran vibe vibration vicious victorious vigil vigilante viking villa village villain vine vintage vinyl viola
    violence viral virtual virtue virus visa viscount visible visionary visitor vital vitamin vixen volt volume
    vortex vow vulture waffle wagon waist waiter wallet walnut walrus wanderer wanna warden wardrobe warehouse
    warfare warlock warmth warning warpath was wasp waterfall waterloo watermelon wax we wealth weapon weaver web
    weed weekday weight weird were werewolf western wet wharf what wheat when where which whiplash whiskers whiskey
    who why widow wig wilderness will willow windmill windshield wink wisdom with without witness wobble wombat
    wonderland wont woodpecker wool workshop worship would wound wreath wreckage wrench wrestler wrist writer
    xylophone y yacht yard yarn yield yoga yoghurt yolk you your youre yours zenith zephyr zest zinc zodiac zoo zoom""".split()
)

_WORDS = frozenset(
    """accept act adam affair africa again age air alabama alarm alien alive alone always amazing america amor amour
    angel animal anthem anthrax anyone anything apple april aqua arch arcade arm army around art ash asia asleep
    assembly august autumn awake baby back bad badge bag ball ballad banana band bang bangle bank bar bare base bass
    bat battle bay beach bean bear beast beat beautiful beauty bed bee beer begin behind believe bell belong berlin best
    better between big bird birth birthday bit bite bitter black blade blame blind bliss block blood blow blue blur
    board boat body bomb bone bonfire book boom boot border born boss boston both bottle bottom bow box boy brand brass
    brave bread break breath breathe breeze brick bride bridge bright bring broken brother bubble budgie bug build bullet
    burn bus bush business busy butter butterfly button buy cactus cage cake california call calm camel camp candle
    candy captain car caravan card care carnival carol carousel cars castle cat catch cathedral cave celebrate
    celebration cell centre chain chair chance change chant chaos charge chase cheap check cheek cherry chicago chicken
    child children chime choice christmas church cinderella circle circus city clash class classic clean clear clock
    close cloud clown club clutch coast coat code coffee cold colour color come comet communication company concert
    control cool copper corn corner cosmic count country couple courage cover cowboy cracker cradle crash crazy cream
    creature creed creep crime crimson cross crossroad crowd crown cruel cruise cry crystal cult cure curve cut cycle
    dad damn dance dancing danger dare dark darkness darling daughter dawn day daydream dead deal dear death december
    deep deer desert desire destiny devil diamond die difference different dinner dinosaur dirty disaster disco
    distance divine dizzy doctor dog doll dollar dolphin door double doubt dove dragon drama draw dream dress drift drink
    drive driver drop drown drug drum dry duck dumb dust dynamite eagle ear early earth ease east easy eat echo eclipse
    edge egg eight electric elephant else embrace emotion emperor empire empty end enemy energy engine england english
    enigma enjoy enough erasure escape eternal eternity europe eve even evening ever every everybody everyone everything
    evil excuse exit express extreme eye fable face faces fact fade fair fairy faith fall fame family fan fancy far farm
    fashion fast fat fate father favourite favorite faust fear feed feeder feel feeling feet fellow fence fever few field
    fight film filter final find fine finger fire first fish five flag flame flash flesh flight float flood floor flower
    fly focus foam fog folk follow food fool foot foreign foreigner forest forever forget forgive fortune forward fountain
    four fox fragile frame free freedom fresh friday friend frog front frost frozen fruit fuel full fun funk funny fury
    future galaxy game garbage garden gate gather generation genesis gentle germany get ghost giant gift ginger girl give
    glad glass glitter globe gloom glory glove glow go goat god goddess gold golden gone good goodbye goose gospel
    grace grand grass grave gravity gray great greek green grey groove ground group grow guard guess guide guilty guitar
    gun guy gypsy habit hair half hall hallelujah hammer hand hang happen happy harbour hard harmony harvest hat hate
    haunt head heal hear heart heat heaven heavy hell hello helmet help hero heroes hesitate hey hide high highway hill
    hip history hit hole holiday hollow hollywood holy home honest honey honour hook hope horizon horn horse hot hotel
    hour house human hundred hunger hungry hunt hunter hurricane hurry hurt husband hush hymn hysteria ice idea idiot
    idle illusion image imagine immortal incubus indian infinity innocent inside instant invisible iron island jackal jail
    jam january japan jazz jealous jet jewel jigsaw job join joke journey joy juice july jump june jungle juno justice
    kansas karma keep key kick kid kill killer killing kind king kingdom kingfisher kino kiss kitchen knee knife knight
    knock know korn lad lady lake lamb lamp land lane language last late laugh laughter law lead leader leaf learn leave
    left leg legend lemon lesson let letter level liar library lie life lift light lightning lily limit limelight line
    lion lip liquid list listen little live lively living load lock lonely lonesome long look loose lord lose loser
    losing lost lot loud louder love lover low luck lucky lullaby luna lunatic lush lust machine mad madness magazine
    magic magnet maid mail make mama mamma man mana manic many map marathon march marine mark marriage marry mars mask
    massacre master match matter may maybe maze mean meat medicine meet megaphone melody memory men merry mercy mermaid
    message metal method midnight mighty mile milk million mind minor minute mirage miracle mirror misery miss mission
    mist mistake moment monday money monkey monster month mood moon more morning morphine most mother motion motor
    mountain mouse mouth move movie mr mrs muse mushroom music mustard mystery mystic nail naked name narrow nation
    nature naughty navy nazareth near need negative neon nervous nest nevermind new news next nice night nightmare nine
    nirvana nobody noise none north nose nothing notice november number nurse oasis obsession ocean october odd ode
    office often oh old once only open opera opposite oracle orange orchestra order original other outlaw outside owl own
    pain paint pair palace pale panic panther papa paper parade paradise pardon parent park part party pass passion past
    patience peace peach peanut pearl pencil penny people perfect person pet phantom phoenix phone photograph piano
    pick picture pie piece pig pigeon pilot pink pipe piper pirate pixies pixie place placebo plain plan plane planet
    plastic play player please pleasure pocket poem poet poetry poison police politics pony pool poor pop portrait poison
    possible postman power practice praise pray prayer precious present press pretend pretender pretty price pride priest
    primal prime prince princess print prison private problem prodigy promise proud psycho public pulp pulse pump punch
    punk puppet pure purple push puzzle queen quest question quick quiet rabbit race radio rage rain rainbow raise ramble
    random rape rapture rat raven ray razor reach read ready real reason rebel red reef refuge regret religion remain
    remember renaissance replay rescue rest return revelation revenge revolution rhapsody rhythm rich ride right ring
    rise river road rock rocket roll romance romeo roof room root rope rose rough round roundabout route royal ruby ruin
    rule run runaway runner rush russia rust sacred sad safe sail sailor saint salt salvation same sand santa saturday
    saturn save savage saxon say scar scare scarlet scene school science scorpion scream screen sea seal search season
    seat second secret secure see seed send sense sentimental separate september serious set seven sex shade shadow shake
    shame shape share shark sharp sheep shelter shine ship shirt shock shoe shoot shop shore short shot shoulder shout
    show shower shut shy sick side sight sign silence silent silk silly silver simple simply sin sing singer single sink
    sister sit six skin skip sky slave slay slayer sleep sleepy slide slip slow small smart smash smell smile smoke smooth
    snake snow social soft soldier solid solo some somebody someone something sometimes somewhere son song soon sorrow
    sorry soul sound soup south space spark speak special speed spell spend spice spider spin spirit spiritual split
    sponge spoon spring spy square squeeze stage stain stair stairway stand star stardust start state station stay steal
    steam steel step stereo stick still sting stomp stone stop storm story straight strange stranger stray stream street
    strength strike string strip strong struggle stupid style styx submarine subway sucker suddenly suede sugar suicide
    summer sun sunday sunny sunrise sunset sunshine super supper sure surf surfer surprise surrender survive survivor swan
    sweat sweet swim swing switch sword sympathy symphony system table take tale talk tall tango tank tape taste taxi tea
    teach tear tease teen teenage telephone television tell temple temptation ten tender tennis tequila territory test
    texas thank theatre theme theory thick thief thin thing think third thirsty thirteen thought thousand thread three
    thrill thriller throw thunder thursday ticket tide tie tiger tight time tiny tired toad toast today together tomorrow
    tone tongue tonight tool top torch tornado touch tough tower town toy track trade tradition traffic trail train
    trap trapeze trash travel traveller treasure treat tree tribe trick trip triumph trooper trouble truck true trumpet
    trust truth try tube tubular tuesday tulip tune tunnel turn twelve twenty twice twilight twin twist two type ugly
    ultimate umbrella unchained uncle understand unicorn universe unity universal unknown usher vacation valentine
    valley vampire vanilla velvet venus verve very vice victim victory video view village violet violin viper virgin
    vision visit voice volcano voodoo voyage wait wake walk wall wallflower waltz wander want war warm warrant warrior
    wash waste watch water wave way weak wear weather wedding wednesday week weekend welcome west wet whale wham wheel
    whip whirl whisper whistle white whole wicked wide widow wife wild win wind window wine wing winner winter wire wise
    wish witch wizard wolf woman women wonder wonderful wonderwall wood word work world worm worry worse worth wrap wreck
    wrong yard year yellow yes yesterday young youth zebra zero zombie zone
    amore bella bello blanche blanco bleu bonjour bueno caliente casa chanson chica chico ciao coeur corazon cuore dia
    diamant engel estrella fiesta flor fuego grande herz indochine jour juli juntos kinder kraft lampe leben liebe luz
    mar mare mi morgen mundo nacht noche notte nuit paris rio roma rosso sol sole sonne sterne telephone tierra tiempo
    traum verde vida vie vita volare voyage welt zeit
    live medley solo drum intro remix unplugged acoustic karaoke""".split()
)

_PERSONAL_NAMES = frozenset(
    """aaron abraham adams adele adrian agnes alan albert alex alexander alfie alice alicia alison allen amanda amy
    andrea andrew andy angela angelina angie anita ann anna anne annie anthony antonio april archie arnold arthur ashley
    bailey baker barbara barry becky ben benjamin bennett benny bernadette bert beth betty bill billie billy bob bobby
    bonnie brad brandy brenda brian brooks brown bruce bruno bryan buddy burke burton butler byrne caldwell cameron
    campbell carl carla carlos carmen carol caroline carole carrie carter cash catherine cathy cecilia charles charley
    charlie charlotte chris christina christine chuck cindy claire clapp clara clark claude cliff clyde cole coleman
    colin collins connie cooper cox craig cynthia daisy dan daniel danny darren dave david davis dawson dean debbie
    deborah delilah denis dennis derek diana diane dick dido dion dolly dominic don donald donna donovan doris dorothy
    doug duffy duke duncan dylan earl ed eddie edgar edith edward edwards edwin eileen elaine eleanor elena eli elijah
    elizabeth ella ellen ellis elvis emily emma eric erica ernest ernie esther ethan eugene evans evelyn faith fernando
    fiona fisher floyd ford foster frances francis frank frankie franklin fred freddie freddy gabriel gary gene george
    georgia gerald gerry gibson gilbert gina gladys glen gloria gordon grace graham grant greg gregory guy hank hannah
    harold harris harrison harry harvey hayes heather hector heidi helen helena henderson henry herb herbert herman hilda
    holly howard hugh hughes hugo ian ida irene iris isaac isabel isabella ivan ivy jack jackie jackson jacob jake james
    jamie jan jane janet janie jason jay jean jeanette jeff jenkins jennifer jenny jeremy jerry jesse jessica jessie jill
    jim jimmy jo joan joe joel john johnny johnson jolene jon jonas jonathan jones jordan jose joseph joshua jude judy
    julia julian julie juliet justin karen kate kathy katie kay keith kelly ken kennedy kenny kerry kevin kim kitty
    kyle larry laura lauren layla lee lena leo leon leonard leroy leslie lewis liam lili linda lisa liza lloyd lola
    lois lopez lorraine louie louis louise lucille lucy luis luke lulu lydia lynn maggie mandy marc marcia marcus
    margaret maria marian marianne marie marilyn mario marley marlene martha martin martina marvin mary matilda matt
    matthew maurice max maxwell may melanie melissa mia michael michel michelle mick mickey miguel mike miles miller
    milton mitchell molly monica moore morgan morris murphy murray myers nancy natalie natasha nathan neil nelly nelson
    nicholas nick nicole nikita nina nora norman olivia oliver oscar otis owen pablo palmer pamela parker pat patricia
    patrick paul paula pauline pedro peggy percy perry pete peter phil philip phillip phillips polly powell preston
    priscilla rachel ralph ramon randy ray raymond rebecca reed reggie rene reynolds rhiannon rice richard richards
    rick ricky rita rob robert roberts robertson robin robinson rod rodney rodriguez roger rogers roland ron ronnie
    rosa rosalie rosanna rosanne rosie ross roxanne roy russell ruth ryan sally sam samantha samuel sanchez sanders
    sandra sandy sara sarah scott sean sebastian selena shannon sharon shaw sheila shelly sherry shirley sidney silvia
    simmons simon smith sophia sophie spencer stan stanley stella stephanie stephen steve steven stevens stevie stewart
    stuart sue sullivan susan susie suzanne suzie sylvia taylor ted teresa terry tess theo theresa thomas thompson
    tiffany tim timothy tina todd tom tommy tony tracy travis trevor turner tyler valerie vera veronica vic vicky victor
    victoria vincent virginia wallace walker walter wanda ward warner warren watson wayne wendy wesley wheeler wilbur
    will william williams williamson willie wilson wright xavier yolanda yvonne zach zoe""".split()
)

# one or more names to a line, divided by commas; without "the"
_ACTS = """
10cc, 2 unlimited, 2pac, 3 doors down, 311, 4 non blondes, 50 cent, 98 degrees, a tribe called quest, a-ha, a1, aaliyah
abba, abc, abdul paula, ac/dc, ace of base, adam and the ants, adam ant, adele, adriano celentano, aerosmith, afi
air supply, alan jackson, alan parsons project, alanis morissette, alannah myles, albert king, alice cooper
alice in chains, alicia keys, all american rejects, allman brothers band, alphaville, al green, al jarreau, al stewart
amy grant, amy winehouse, anastacia, andrea bocelli, annie lennox, antonio carlos jobim, apocalyptica, aphex twin
arcade fire, arctic monkeys, aretha franklin, ariana grande, art of noise, artie shaw, astor piazzolla, astrud gilberto
avenged sevenfold, avicii, avril lavigne, b.b. king, b-52s, b52s, babyface, bach, backstreet boys, bad bunny
bad company, bad religion, badfinger, banarama, bananarama, barbra streisand, barenaked ladies, barry manilow
barry white, bartok, bay city rollers, beach boys, beastie boys, beatles, beck, bee gees, beethoven, belinda carlisle
ben e king, ben folds, ben folds five, benny goodman, berlioz, big audio dynamite, bette midler, beyonce, bill evans, bill haley
bill withers, billie eilish, billie holiday, billy idol, billy joel, billy ocean, billy preston, bizet, bjork
black crowes, black eyed peas, black keys, black sabbath, blink 182, blondie, blue oyster cult, blues brothers
bob dylan, bob marley, bob seger, bobby brown, bobby darin, bobby mcferrin, bobby vinton, bon jovi, boney m
bonnie raitt, bonnie tyler, boy george, boyz ii men, boyzone, brahms, brandi carlile, brian eno
britney spears, britten, bruce hornsby, bruce springsteen, bruno mars, bryan adams, bryan ferry, bts
buena vista social club, buddy holly, burt bacharach, busta rhymes, byrds, camila cabello
canned heat, cannonball adderley, captain beefheart, cardigans, carl perkins, carole king, carpenters
cat stevens, celine dion, charles aznavour, charles mingus, charlie parker, charlie puth, cheap trick
chemical brothers, cher, chet atkins, chet baker, chic, chick corea, chopin, chris brown, chris de burgh, chris isaak
chris rea, christina aguilera, chuck berry, cliff richard, clint black, cocteau twins, coldplay, cole porter
collective soul, colin hay, coolio, corrs, cradle of filth, craig david, cranberries, creedence clearwater revival
crosby stills and nash, crosby stills nash and young, crowded house, crystal castles, culture club, cutting crew
cyndi lauper, cypress hill, d'angelo, daddy yankee, daft punk, dave brubeck, dave matthews band
david bowie, david guetta, david hasselhoff, dead kennedys, dean martin, debbie gibson, debussy, deep purple
def leppard, deftones, depeche mode, destiny's child, devo, dexys midnight runners, diana krall, diana ross
dire straits, dixie chicks, dj bobo, dizzy gillespie, dolly parton, don henley, don mclean, donna summer
doobie brothers, dr dre, dr. hook, drake, dream theater, dua lipa, duke ellington, duran duran, dvorak, earth wind and fire
eagles of death metal, ed sheeran, eddie cochran, eddy grant, edith piaf, edvard grieg, edwin starr, einaudi
electric light orchestra, elgar, ella fitzgerald, ellie goulding, elo, elton john, elvis, elvis costello, elvis presley
emerson lake and palmer, eminem, ennio morricone, enrique iglesias, enya, eric carmen, eric clapton, erik satie
erasure, eros ramazzotti, erykah badu, eurythmics, evanescence, everly brothers, everlast, fairground attraction
faith hill, faith no more, fall out boy, falco, fats domino, fats waller, faure, fatboy slim, fela kuti
five finger death punch, flaming lips, fleetwood mac, florence and the machine, flo rida, foo fighters, four seasons
four tops, frank ocean, frank sinatra, frank zappa, frankie goes to hollywood, frankie valli, franz ferdinand
franz liszt, freddie mercury, fugees, garth brooks, gary moore, gary numan, george benson, george gershwin
george harrison, george michael, george strait, gerry rafferty, gershwin, giacomo puccini, gianna nannini, gilbert o'sullivan
gipsy kings, glen campbell, glenn miller, gloria estefan, gloria gaynor, go-gos, godsmack, gorillaz, grand funk railroad
grandmaster flash, grateful dead, green day, grieg, guess who, guns n' roses, gustav holst, gwen stefani, haddaway
hall and oates, handel, hanson, hank williams, harold faltermeyer, harry belafonte, harry chapin, harry connick jr, harry nilsson
harry styles, haydn, henry mancini, herb alpert, herbie hancock, hoagy carmichael, holst, hootie and the blowfish
human league, huey lewis, huey lewis and the news, ice cube, iggy pop, imagine dragons, indigo girls, inxs
iron butterfly, iron maiden, irving berlin, isaac hayes, isley brothers, j.s. bach, jackson 5, jackson five
jackson browne, james blunt, james brown, james taylor, jamiroquai, janet jackson, janis joplin, jason derulo
jason mraz, jay-z, jean michel jarre, jean-michel jarre, jeff beck, jeff buckley, jefferson airplane
jennifer lopez, jerry lee lewis, jessie j, jethro tull, jim croce, jim reeves, jimi hendrix, jimmy buffett
jimmy cliff, jimmy eat world, joan baez, joan jett, joe cocker, joe jackson, joe satriani, joe walsh
john cage, john coltrane, john denver, john farnham, john lee hooker, john legend, john lennon, john mayer, john mellencamp
john philip sousa, john williams, johnny cash, johnny hallyday, joni mitchell, josh groban, joy division
judas priest, judy garland, julio iglesias, justin bieber, justin timberlake, kanye west, kate bush, katy perry
kc and the sunshine band, keith urban, kelly clarkson, ken laszlo, kendrick lamar, kenny g, kenny loggins
kenny rogers, kesha, kid rock, kim carnes, kim wilde, king crimson, kings of leon, kinks, kool and the gang, korn
kraftwerk, kylie minogue, la bouche, lady gaga, lana del rey, laura branigan, laura pausini, lauryn hill
leann rimes, led zeppelin, lenny kravitz, leo sayer, leonard cohen, leonard bernstein, level 42, limp bizkit, linda ronstadt
linkin park, lionel richie, lisa stansfield, liszt, little richard, living colour, lizzo, ll cool j
los del rio, los lobos, lou bega, lou reed, louis armstrong, lucio battisti, lucio dalla, luis fonsi, luis miguel
luther vandross, lynyrd skynyrd, macklemore, madonna, mahler, mamas and the papas, manic street preachers
manfred mann, manowar, mariah carey, marillion, marilyn manson, mark knopfler, marmalade, maroon 5, marvin gaye
mary j blige, massive attack, matchbox 20, matchbox twenty, meat loaf, meatloaf, megadeth, men at work
mendelssohn, metallica, mgmt, michael bolton, michael buble, michael jackson, michael sembello, mick jagger
midnight oil, mike and the mechanics, mike oldfield, miles davis, miley cyrus, milli vanilli
modern talking, moby, modest mouse, monkees, monteverdi, moody blues, motley crue, motorhead, mozart, mr. mister
mr. big, muddy waters, mussorgsky, mumford and sons, my chemical romance, nat king cole, natalie imbruglia, naughty by nature
neil diamond, neil sedaka, neil young, nelly furtado, nena, new kids on the block, new order, nick cave
nickelback, nicki minaj, nine inch nails, nina simone, no doubt, norah jones, nsync, n sync
oasis, offspring, oingo boingo, olivia newton john, olivia rodrigo, one direction, one republic, orchestral manoeuvres in the dark
otis redding, outkast, ozzy osbourne, paganini, pachelbel, panic at the disco, pantera, paolo conte, paramore
pat benatar, pat metheny, patsy cline, patti smith, paul anka, paul mccartney, paul simon, paul young, paula abdul
pearl jam, peggy lee, percy sledge, perez prado, pet shop boys, peter frampton, peter gabriel, pharrell williams
phil collins, phish, pink floyd, pixies, porcupine tree, portishead, post malone, prefab sprout, prince buster
procol harum, prokofiev, public enemy, puccini, puff daddy, purcell, queen latifah, queens of the stone age, queensryche
r. kelly, r.e.m., rachmaninoff, rachmaninov, radiohead, rage against the machine, rammstein, ramones, randy newman
ravel, ray charles, red hot chili peppers, rem, reo speedwagon, ricchi e poveri, richard clayderman, richard marx, richard wagner
rick astley, rick james, rick springfield, ricky martin, rihanna, ringo starr, ritchie valens
rob zombie, robbie williams, robert johnson, robert palmer, robert plant, roberta flack, rod stewart, rolling stones
roxette, roxy music, roy orbison, run dmc, run-d.m.c., ryuichi sakamoto, s club 7, sade, salt-n-pepa, sam cooke
sam smith, sammy davis jr, sandra, santana, sarah brightman, sarah mclachlan, satie, savage garden, scatman john
schubert, schumann, scissor sisters, scorpions, scott joplin, sepultura, serge gainsbourg, sex pistols, shakira, shaggy
shania twain, sheryl crow, shostakovich, sibelius, sigur ros, simon and garfunkel, simple minds, simple plan
simply red, sinead o'connor, siouxsie and the banshees, sisters of mercy, sisqo, skid row, slade, slipknot
sly and the family stone, smash mouth, smashing pumpkins, smokey robinson, smokie, snap, sneaker pimps, snoop dogg, soft cell
sonny and cher, soundgarden, spandau ballet, spice girls, spin doctors, stan getz, status quo, stealers wheel
steely dan, steppenwolf, steve miller, steve miller band, steve vai, steve winwood, stevie nicks, stevie ray vaughan
stevie wonder, stone temple pilots, strauss, stravinsky, suzanne vega, suzi quatro, sublime, supertramp
system of a down, t-pau, t. rex, taio cruz, take that, talk talk, talking heads, taylor swift, tchaikovsky
tears for fears, temptations, tenacious d, the knack, thelonious monk, thin lizzy, thompson twins, tim mcgraw
tina turner, tlc, tom jones, tom petty, tom waits, tony bennett, tori amos, toto cutugno, tracy chapman, twenty one pilots
twisted sister, u2, ub40, ugly kid joe, ultravox, umberto tozzi, unknown artist, uriah heep, usher raymond
van halen, van morrison, vanessa carlton, vanessa williams, vangelis, vanilla ice, velvet underground, verdi, village people, vivaldi
wagner, wallflowers, wang chung, weezer, weird al, weird al yankovic, westlife, wham, whitesnake, whitney houston
white stripes, white zombie, will smith, willie nelson, wilson pickett, wilson phillips, wu tang clan, wu-tang clan
yes men, yngwie malmsteen, yoko kanno, zucchero, zz top, zappa, bowie, hendrix, clapton, springsteen, sinatra, lennon
aladdin, animaniacs, batman, beverly hills cop, castlevania, cats musical, chrono cross, chrono trigger, cowboy bebop
crash bandicoot, dance dance revolution, digimon, disney, donkey kong, doom, dragon ball, dragonball, dragonball z
dragon quest, earthbound, evangelion, fallout, final fantasy, ff7, ff8, fire emblem, grandia, grease, guilty gear
half life, halo, harry potter, home improvement, indiana jones, james bond, jesus christ superstar, kingdom hearts
kirby, legend of zelda, les miserables, lion king, lord of the rings, lufia, mario, mario kart, mega man, megaman
megaman x, metal gear, metal gear solid, metroid, mission impossible, monkey island, mortal kombat, naruto, neon genesis evangelion
nintendo, one piece, paper mario, phantom of the opera, phantasy star, pokemon, power rangers, prince of persia, sega
resident evil, rocky horror, sailor moon, secret of mana, shining force, silent hill, simcity, simpsons, sonic
sonic the hedgehog, south park, star fox, star trek, star wars, starcraft, street fighter, suikoden, super mario
super mario bros, super mario world, super mario 64, super metroid, super smash bros, tales of phantasia, tetris, titanic
tomb raider, touhou, undertale, warcraft, west side story, wild arms, wizard of oz, xenogears, x-men, ys, zelda
air, america, asia, boston, bread, bush, cars, chicago, clash, cream, creed, cure, doors, eagles, europe, extreme, fuel
foreigner, free, garbage, genesis, heart, hole, jewel, journey, kansas, kiss, live, madness, muse, nirvana, pink, poison
police, prince, queen, rush, seal, sting, suede, survivor, texas, tool, toto, train, travis, usher, wings, yes, styx
christmas, national anthem, traditional, hymn, soundtrack, tv theme, tv themes, movie themes
"""


def letters(text: str) -> str:
    """The letters and digits alone: the form in which names are compared."""
    return "".join(filter(str.isalnum, text))


def _without_joins(name: str) -> str:
    return letters(" ".join(word for word in name.split() if word not in ("and", "n'", "the")))


_KNOWN_ACTS = frozenset(_without_joins(name.strip()) for line in _ACTS.splitlines() for name in line.split(",") if name)


@lru_cache(maxsize=4096)
def is_everyday(word: str) -> bool:
    """Whether the word is one that titles are made of, in the singular or not."""
    if word in _WORDS or word in FUNCTION_WORDS:
        return True
    stems = [word[: -len(end)] for end in ("s", "es", "ed", "d", "ing", "in", "er", "ers", "ly", "y") if word.endswith(end)]
    return any(stem in _WORDS or f"{stem}e" in _WORDS for stem in stems if len(stem) > 2)


def is_personal(word: str) -> bool:
    """Whether the word is a common given or family name."""
    return word in _PERSONAL_NAMES


def is_known_act(words: list[str]) -> bool:
    """Whether the words are a well-known act, game or film."""
    return letters("".join(word for word in words if word not in ("and", "&", "n", "the"))) in _KNOWN_ACTS
