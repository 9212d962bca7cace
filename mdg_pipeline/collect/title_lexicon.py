"""Words by which a file name is read: everyday words, given and family names, well-known acts, games and films.

What belongs here: lists, and asking whether something is on them. They decide doubtful cases only: a name that is
an everyday word needs a clearer place in a title, and a well-known act in the other field of "X - Y" says who plays.
Everything is in lower case without diacritics.
"""

from __future__ import annotations

from functools import lru_cache


def listed(words: str) -> frozenset[str]:
    """Words that are parted by blanks."""
    return frozenset(words.split())


FUNCTION_WORDS = listed(
    """a about after aint all am an and are around as at away be been before but by can cant could das de der did die
    do does dont down e ein el et for from gonna gotta had has have he her here him his how i if il im in into is
    isnt it its just la las le les like lo los me mein mine my never no not now of off on one onto or our out over
    she so than that the their them then there these they this those through till to too un una und under une until
    up us wanna was we were what when where which who why will with without wont would y you your youre yours"""
)

_WORDS = listed(
    """abyss academy accept account acid acoustic act adam affair africa again age agent air alabama alarm albatross
    alien alive alley allow alone alpha altar always amazing amber ambition amen america amor amore amour anchor
    ancient angel anger angle animal ankle anthem anthrax anvil anyone anything apollo apple april aqua arcade arch
    arena argent argument arm armour army arrow art ascension ash ashes asia asleep aspect assembly asylum athlete
    atlas atomic attack attic august aurora autopsy autumn avalanche avenue awake awful axe baby back backward bacon
    bad badge bag bald ball ballad bamboo banana band bang bangle bank banquet baptism bar bare barn baron barrel
    base basement basket bass bat bath battle bay bayou beach beacon bean bear beard beast beat beautiful beauty
    beaver bed bee beer beetle begin behemoth behind believe bell bella bello belong berlin best beta better between
    bible big billion binary bird birth birthday biscuit bishop bit bite bitter black blackbird blade blame blanche
    blanco blanket blast blaze blessing bleu blind bliss blizzard block blood bloom blossom blow blue bluebird bluff
    blunt blur board boat body boil bold bolt bomb bond bone bonfire bonjour bonus book boom boot border born boss
    boston both bottle bottom bounce bounty bow box boxer boy brain branch brand brass brave bravery bread break
    breath breathe breeder breeze brew brick bride bridge bright bring broken bronze broom brother browser brush
    bubble bucket buckle budgie bueno buffalo bug build bull bullet bumble bundle bunker bunny burden burial burn
    bus bush business busy butcher butler butter butterfly button buy buzz cabaret cabbage cabin cable cactus
    cadillac caesar cage cake caliente california call calm camel cameo camera camp campaign canal cancer candle
    candy cannibal cannon canyon capital captain car caravan carcass card cardigan cardinal care career cargo
    caribou carnival carol carousel carpenter carpet carriage carrot cars cartoon casa cascade case casino casket
    castaway castle casual cat catalyst catapult catch cathedral cattle caution cavalier cave ceiling celebrate
    celebration cell cello cement cemetery central centre century ceremony chain chair chalk challenge chamber
    champagne champion chance change channel chanson chant chaos chapel chapter character charge charlatan charm
    charmer chart chase cheap cheat check cheek cheer cheese chef chemical cherry chess chest chica chicago chicken
    chico chief child children chime chimney chin chip chisel chocolate choice choir choose chord chorus christmas
    chrome chronicle church ciao cigar cigarette cinderella cinema cinnamon circle circus citizen city civil clash
    class classic clay clean clear clearer cliff climax climb clinic clock close closet cloth cloud clover clown
    club cluster clutch coal coast coat cobra cobweb cocaine cockroach cocktail coconut code coeur coffee coffin
    coin coke cold collapse collar collect collection college colony color colour combat come comedy comet commander
    commodore common communication communion company compass complete complex computer concert concrete condor
    confession confusion connection conquest conscience consequence constant contact contest context contour
    contract control convoy cookie cool cop copper coral corazon core corn corner corpse corridor cosmic cosmos
    costume cottage cotton cough council count country couple courage coven cover cowbell cowboy coyote crab cracker
    cradle crane crank crash crate crater crawl crayon crazy cream creator creature creed creep crescent cricket
    crime crimson crocodile cross crossroad crow crowd crown cruel cruise cruiser crumb crunch crusade crush cry
    crystal cult cuore cupid curb cure curious curl curse curtain curve cushion custom cut cyan cycle cyclone cynic
    cypress dad dagger dahlia dairy daisy dam damage damn damp dance dancing danger danube dare dark darkness
    darling data date daughter dawn day daydream deacon dead deaf deal dealer dear death decade deceit december
    decent decision decree deep deer defeat defiance degree delicate delight delirium deliver delta deluge deluxe
    demon denial denim deny deputy descend desert design desire despair destiny detective detour detroit device
    devil devotion dew dia diamant diamond diary dice dictator diesel difference different dig digital dignity
    dilemma dime dimension dinner dinosaur diploma direct dirty disaster disciple disclosure disco discovery disease
    disguise dish dismember disorder distance distant district disturb ditch diver divine division dizzy dock doctor
    document dog doll dollar dollhouse dolphin domino doom door doorway dose dot double doubt dough dove downfall
    downtown dozen drag dragon drain drama draw drawer dread dream dress drift driftwood drill drink drive driver
    drone drop drought drown drug drum dry dual duck dude duel duet duke dumb dune dungeon duo dusk dust duty dwarf
    dynamite dynamo dynasty eagle ear earl early earth earthquake ease east easter easy eat echo eclipse ecstasy
    eden edge editor eel effect egg eight elbow elder election electric elegance elegant elegy element elephant
    elevator elf elite else ember embrace emerald emergency emotion empathy emperor empire empty enchant encore end
    endless enemy energy engel engine engineer england english enigma enjoy enough ensemble entertain entomb
    entrance entropy envy epic epitaph equal equator equinox era erasure error eruption escalator escape estate
    estrella eternal eternity ether europe eve even evening ever evergreen every everybody everyday everyman
    everyone everything evidence evil evolution exact example excess exchange excite excuse exile exit exodus exotic
    expect expert explorer explosion export express extra extreme eye fable fabric face faces fact factor factory
    faculty fade fail fair fairground fairy faith falcon fall false fame family fan fancy fang fantastic far fare
    farewell farm farmer fashion fast fat fatal fate father fault favorite favourite fear feast feather federal feed
    feeder feel feeling feet feline fellow fellowship femme fence ferry festival fetish fever few fiction fiddle
    fiddler field fiend fiesta fight fighter figure film filter final finale finch find fine finger finish fire
    firefly firehouse firewall firework first fish fist five fix flag flake flame flamingo flannel flash flaw fleet
    flesh flight flip float flock flood floor flor flora flour flower flute fly flyer foam focus foe fog foil fold
    folk follow food fool foot footstep force foreign foreigner forest forever forge forget forgive fork form
    formula fort fortress fortune forum forward fossil foundation fountain four fourth fox fraction fracture fragile
    frame freak free freedom freeway freeze freight frequency fresh friction friday friend frog front frontier
    frontline frost frozen fruit fruitcake fuego fuel fugitive full fun funeral fungus funk funny fury fuse fusion
    future fuzz galaxy gale gallery gallows gamble game games gamma gang gap garbage garden gargoyle gasoline gate
    gather gauge gaze gazelle gem gene general generation genesis genius genre gentle gentleman germany get geyser
    ghetto ghost ghoul giant gift ginger giraffe girl give given glacier glad glance glass glide glimmer glitch
    glitter global globe gloom glory glove glow glue gnome go goal goat goblin god goddess gold golden gone gong
    good goodbye goose gorilla gospel gossip gown grace grade grain grammar grand grande granite grape graph grass
    grasshopper grave gravedigger graveyard gravity gray grease great greek green grenade grey grid grief grill grim
    grin grind grip grizzly groom groove gross grotto ground group grow grudge guard guardian guerrilla guess guest
    guide guild guilt guilty guitar gulf gulp gum gun gutter guy gypsy habit habitat hail hair hairspray half
    halftime hall hallelujah halo hammer hand handle handsome hang hangar happen happy harbor harbour hard harlem
    harlequin harlot harmony harp harvest hat hatchet hate haunt haven havoc hawk hay hazard haze head headache
    headlight headline heal health hear hearse heart heartbeat heat heathen heaven heavy hedgehog heel height heist
    helicopter helium helix hell hello helmet help henchman herald herb heretic hermit hero heroes heron herz
    hesitate hex hey hide high highland highway hill hinge hint hip history hit hitchhiker hive hobby hobo hog hole
    holiday hollow hollywood hologram holy home homeless honest honey honor honour hood hook hoover hop hope
    hopeless hopper horizon horn hornet horror horse hostage hot hotel hound hour hourglass house hover howl hub hug
    hull human humble humour hundred hunger hungry hunt hunter hurdle hurricane hurry hurt husband hush hydra hyena
    hymn hype hysteria ibis icarus ice icon idea ideal identity idiot idle idol ignite ignorant iguana illusion
    image imagine immigrant immortal imp impact impulse inch indian indigo indochine industry infant inferior
    inferno infinity influence initial ink inmate inn innocence innocent insane insect inside insomnia inspector
    instant instinct institute insult intercept interpol interval intro invader invasion invention investigation
    invisible invite invoice iris irish iron irony island item ivory jackal jacket jade jaguar jail jam january
    japan jaw jazz jealous jelly jellyfish jeopardy jester jet jewel jewelry jigsaw job jockey join joke jour
    journey joy judge judgement juggernaut juice juli july jump jumper junction june jungle junior junkie juno
    juntos jupiter jury justice kangaroo kansas karaoke karma keep keeper kennel kernel kettle key keyboard kick kid
    kidney kill killer killing killjoy kilo kind kinder king kingdom kingfisher kino kiss kitchen kite kitten kiwi
    knee knife knight knock know kraft labyrinth lace lad ladder lady lagoon lair lake lamb lament lamp lampe lance
    land landing landlord landmark landscape lane language lantern laser last late latin latitude laugh laughter
    lava lavender law lawn lawyer layer lazy lead leader leaf learn leather leave leben left leg legacy legend
    legion leisure lemon lens leopard lesson let lethal letter level leviathan liar liberty library license lid lie
    liebe life lift light lightning lilac lily limb limelight limit limo line linen linger lion lip lipstick liquid
    list listen litter little live lively living lizard load loaf lobby lobster local lock locket locomotive locust
    lodge logic logo lonely lonesome long look loop loose loot lord lose loser losing lost lot lotus loud louder
    lounge love lover low lower lowland loyal luck lucky lullaby lumber luminous lump luna lunatic lunch lung lurk
    lush lust luxury luz lynx lyric macabre machete machine mad madness magazine magenta magic magma magnet magnum
    magpie maid mail mailbox majesty major majority make makeup mall mama mamma mammoth man mana manager mandrill
    mane mango manic manifest mannequin manor mansion mantis mantra manual many map maple mar marathon marble march
    mare margin marigold marine marionette mark market maroon marriage marrow marry mars marsh martyr mascara mask
    mass massacre massive master mastodon match mate matrix matter mattress mature maverick maximum may maybe mayor
    maze meadow meal mean measure meat mechanic medal media mediator medic medicine medley meet megaphone mellow
    melody melt member memory memphis men menace mend mental mentor merchant mercury mercy mermaid merry message
    messenger messiah metal meteor meter method metre metro metropolis mexico mi microphone microwave middle midget
    midnight mighty mile military militia milk mill million mind miner mineral mining minister mink minor mint minus
    minute miracle mirage mirror mischief misery misfit miss missile mission mist mistake mister mixture moan mob
    mobile mode model modern module mole moment monarch monastery monday money monk monkey monolith monsoon monster
    month monument mood moon moonlight moonshine moose morbid more morgen morning morphine mortal mortgage mosaic
    mosque mosquito moss most motel moth mother motif motion motive motor motorbike motorcycle mound mountain
    mourning mouse mouth move movement movie mr mrs mud muffin mule mummy mundo murder murmur muscle muse museum
    mushroom music musket mustard mutant mutiny mutual myriad mystery mystic myth mythology nacht nail naked name
    napalm narrow nation nature naughty navy nazareth near nebula necklace nectar nectarine need needle needs
    negative neighbour neon nerve nervous nest network neutral nevermind new newborn news newspaper next nice nickel
    nickname night nightmare nine ninja nirvana noble nobody noche noise nomad none nonsense noon normal north
    northern nose nothing notice notion notte nova novel november nuclear nude nugget nuit numb number nun nurse
    nutmeg nylon oak oasis oath obelisk obituary object oblivion obscure observer obsession obstacle occult ocean
    october octopus odd ode odyssey offer office offspring often ogre oh oil old olive omega omen once onion only
    onslaught opal open opera opinion opium opportunity opposite option opus oracle orange orbit orbital orchard
    orchestra orchid ordeal order ordinary organ organic origin original orphan ostrich other outcast outfield
    outlaw outlet outpost outside oval oven overdose overdrive overkill overload overture owl own oxygen oyster pact
    paddle pagan page pageant pain paint pair palace pale palm pancake panda panel panic pantheon panther papa paper
    parachute parade paradise parasite parchment pardon parent paris park parliament parody parrot parsley part
    partner party pass passage passenger passion passport past pasta pastor patch path patience patriot patrol
    pattern pavement paw pawn payment peace peach peacock peak peanut pearl pebble peculiar pedal pedestrian pelican
    penalty pencil pendulum penguin peninsula penny pentagon pentagram people pepper percent percussion perfect
    perfume peril period periphery permanent person persona perspective pet petal petrol phantom phase pheasant
    phenomenon philosopher philosophy phoenix phone photo photograph phrase physical piano pick pickle picnic
    picture pie piece pier pig pigeon pill pillar pillow pilot pin pine pink pioneer pipe piper pirate pistol pit
    pitch pixel pixie pixies pizza place placebo plague plaid plain plan plane planet plantation planter plaster
    plastic platform platinum platypus play playboy player playground plaza please pleasure plot plough plow plug
    plum plumber plume pluto poacher pocket poem poet poetic poetry point poison polar pole police polish politics
    poll pollen polygon pond pony pool poor pop pope poppy popular population porcelain porch porcupine porno port
    portal porter portion portrait positive possible postman potato potion pottery pound powder power practice
    prairie praise pray prayer preacher precious predator presence present president press pressure pretend
    pretender pretty prevail prey price pride priest priestess primal primary primate prime primitive prince
    princess print printer prism prison private privilege prize probe problem process procession prodigy producer
    product professor profile profit program progress prohibition project prom promenade promise proof propaganda
    propeller property prophecy prophet protest proton prototype proud province prowler psalm psycho public puddle
    pulp pulse puma pump pumpkin punch punishment punk pupil puppet puppy pure purgatory purple purpose pursuit push
    puzzle pyramid python quail quake quality quarry quarter quartz quasar queen quest question quick quicksand
    quicksilver quiet quilt quiver quota rabbit rabble raccoon race racer radar radiant radiator radical radio
    radius raft rage rail railroad railway rain rainbow raise ram ramble rampage ranch rancid random range ranger
    ransom rape rapid rapture rascal rat ration rattle rattlesnake ravage raven ravine raw ray razor reach reaction
    reactor ready real realm reaper reason rebel rebirth recall receiver recipe reckless reckoning record recover
    recruit red reef reel referee reflection reflex reform refrain refuge refugee regime region regret rehab reign
    reindeer relapse relation relax relay relic relief religion remain remedy remember remix remote renaissance
    render renegade rent repair repeat replay replica reply report reptile republic request requiem rescue resident
    resist resistance resolution resonance respect response rest restless result retro return reunion reveal
    revelation revenge reverb reverence reverend reverse review revival revolution revolver reward rhapsody rhino
    rhyme rhythm ribbon rice rich ride rider ridge rifle right rim ring rio riot ripple rise ritual rival river
    riverside roach road roar robber robbery robin robot rock rocket rocky rod rodeo rogue roll roller rolling roma
    romance romeo roof rookie room rooster root rope rose rosso rotation rotten rough round roundabout route routine
    row royal rubber rubble ruby rude rug ruin rule rumble rumour run runaway runner runway rural rush russia rust
    sabbath saber sabotage sacred sacrifice sad saddle safari safe saga sage sail sailor saint salad salmon saloon
    salt salute salvation samba same sample samurai sanctuary sanctum sand sandal sandman sandstorm sandwich santa
    sapphire satan satellite satin satisfaction saturday saturn saucer savage save savior saviour saw saxon
    saxophone say scale scandal scar scare scarecrow scarf scarlet scatter scene scent sceptre schedule scheme
    schism scholar school science scissor scoop scope score scorpion scout scrap scratch scream screen screw script
    scroll sculpture scum sea seagull seal search seaside season seat second secret sector secure seduction see seed
    seeker senate senator send sensation sense sentence sentimental sentinel separate september sequel sequoia
    serenade serenity sergeant serious serpent servant session set seven seventh sewer sex shack shade shadow shaft
    shake shaman shame shamen shampoo shape share shark sharp shatter shed sheep shelf shell shellac shelter sheriff
    shield shimmer shine ship shirt shiver shock shoe shoot shop shore shoreline short shot shotgun shoulder shout
    shovel show shower shred shrimp shrine shrink shroud shuffle shut shuttle shy sibling sick side sidewalk siege
    sight sign signal signature silence silent silhouette silk silly silo silver simple simply sin sing singer
    single sink sinner siren sister sit sitar six sixteen sixth sixty skate skeleton sketch ski skid skill skin skip
    skirt skull skunk sky skyline slack slang slap slate slaughter slave slay slayer sleep sleeper sleepy sleeve
    slice slick slide slime sling slip slipper slogan slope sloth slow slug slumber small smart smash smell smile
    smog smoke smooth snack snail snake snare sneak sniper snow snowball snowman soap soar soccer social society
    socket soda sofa soft software sol solace solar soldier sole solid solitude solo solution some somebody someone
    something sometimes somewhere son sonar sonata song sonic sonne sonnet soon sorcerer sorrow sorry soul sound
    soup source south southern sovereign space spam spaniel spark sparrow speak spear special specimen spectacle
    spectre spectrum speed spell spend sphere sphinx spice spider spike spill spin spine spiral spirit spiritual
    spit spite splash splinter split spoil sponge sponsor spook spoon sport spot spotlight spray spread spring
    sprite spruce spy squad squadron square squeeze squid squirrel stable stadium staff stage stain stair stairway
    stake stallion stamp stance stand staple star stardom stardust stare starfish starlight start startup state
    statement static station statue status stay steady steal steam steamboat steel stellar stem step steppe stereo
    sterile sterne stew stick stigma still sting stitch stock stomp stone stool stop storage stork storm story stove
    straight strand strange stranger strap strategy straw strawberry stray streak stream street strength strengthen
    stress stretch strife strike string strip stripe stripper strobe stroke strong structure struggle student studio
    stuff stumble stunt stupid style subject sublime submarine suburb subway success sucker suddenly suede suffer
    sugar suicide suitcase sultan sum summer summit sun sundance sunday sundown sunflower sunk sunlight sunny
    sunrise sunset sunshine super superman supernova supper supreme sure surf surface surfer surgeon surgery
    surprise surrender survive survivor suspect suspense suspicion swamp swan swarm sway swear sweat sweep sweet
    swell swift swim swimmer swine swing switch sword symbol sympathy symphony symptom syndicate syndrome syrup
    system table tackle tactic tail tailor take tale talisman talk tall tambourine tangerine tangle tango tank tape
    tapestry tar target tarot taste tavern tax taxi tea teach tear teardrop tease teen teenage telegram telegraph
    telephone telescope television tell temper tempest template temple tempo temporary temptation ten tenant
    tendency tender tennis tension tent tentacle tequila terminal terminator terrace terrible territory terror test
    testament texas textile thank thaw theatre theft theme theory therapist therapy thermal thesis thick thief thin
    thing think third thirsty thirteen thorn thought thousand thread threat three threshold thrill thriller throne
    throttle throw thug thumb thunder thunderbird thunderstorm thursday tick ticket tickle tidal tide tie tiempo
    tierra tiger tight tile timber time timeless tin tinsel tiny tip tired titan titanium title toad toast toaster
    tobacco today toe together tomato tomb tombstone tomorrow ton tone tongue tonight tool top topaz topic torch
    torment torn tornado torso tortoise torture totem touch touchdown tough tourist tower town toxic toy track
    tractor trade tradition traffic tragedy trail train traitor tram trance transfer transformer transistor transit
    translation transmission transparent transport trap trapeze trash traum trauma travel traveller treason treasure
    treat treaty tree tremor trench trial triangle tribe tribute trick tricycle trigger trillion trinity trio trip
    triumph troll trolley trombone trooper trophy tropic tropical trouble truck true trumpet trunk trust truth try
    tsunami tuba tube tubular tuesday tulip tuna tundra tune tunnel turbine turbo turkey turmoil turn turtle tutor
    tuxedo twelve twenty twice twilight twin twist twister two tycoon type typhoon tyrant ufo ugly ultimate umbrella
    uncertain unchained uncle undead underdog underground understand undertaker underwater underworld unicorn
    uniform union unison unit unity universal universe university unknown unplugged unrest upheaval uprising urban
    urgent urn usher utopia vacancy vacation vacuum vagabond valentine valiant valley valve vampire vandal vanilla
    vapour vault vector vegas vehicle veil vein velocity velvet vendetta vengeance venom ventilator venture venus
    verde verdict verse vertex vertical vertigo verve very vessel veteran vibe vibration vice vicious victim
    victorious victory vida video vie view vigil vigilante viking villa village villain vine vintage vinyl viola
    violence violet violin viper viral virgin virtual virtue virus visa viscount visible vision visionary visit
    visitor vita vital vitamin vixen voice volare volcano volt volume voodoo vortex vow voyage vulture waffle wagon
    waist wait waiter wake walk wall wallet wallflower walnut walrus waltz wander wanderer want war warden wardrobe
    warehouse warfare warlock warm warmth warning warpath warrant warrior wash wasp waste watch water waterfall
    waterloo watermelon wave wax way weak wealth weapon wear weather weaver web wedding wednesday weed week weekday
    weekend weight weird welcome welt werewolf west western wet whale wham wharf wheat wheel whip whiplash whirl
    whiskers whiskey whisper whistle white whole wicked wide widow wife wig wild wilderness willow win wind windmill
    window windshield wine wing wink winner winter wire wisdom wise wish witch witness wizard wobble wolf woman
    wombat women wonder wonderful wonderland wonderwall wood woodpecker wool word work workshop world worm worry
    worse worship worth wound wrap wreath wreck wreckage wrench wrestler wrist writer wrong xylophone yacht yard
    yarn year yellow yes yesterday yield yoga yoghurt yolk young youth zebra zeit zenith zephyr zero zest zinc
    zodiac zombie zone zoo"""
)

_PERSONAL_NAMES = listed(
    """aaron abraham adams adele adrian agnes alan albert alex alexander alfie alice alicia alison allen amanda amy
    andrea andrew andy angela angelina angie anita ann anna anne annie anthony antonio april archie arnold arthur
    ashley bailey baker barbara barry becky ben benjamin bennett benny bernadette bert beth betty bill billie billy
    bob bobby bonnie brad brandy brenda brian brooks brown bruce bruno bryan buddy burke burton butler byrne
    caldwell cameron campbell carl carla carlos carmen carol carole caroline carrie carter cash catherine cathy
    cecilia charles charley charlie charlotte chris christina christine chuck cindy claire clapp clara clark claude
    cliff clyde cole coleman colin collins connie cooper cox craig cynthia daisy dan daniel danny darren dave david
    davis dawson dean debbie deborah delilah denis dennis derek diana diane dick dido dion dolly dominic don donald
    donna donovan doris dorothy doug duffy duke duncan dylan earl ed eddie edgar edith edward edwards edwin eileen
    elaine eleanor elena eli elijah elizabeth ella ellen ellis elvis emily emma eric erica ernest ernie esther ethan
    eugene evans evelyn faith fernando fiona fisher floyd ford foster frances francis frank frankie franklin fred
    freddie freddy gabriel gary gene george georgia gerald gerry gibson gilbert gina gladys glen gloria gordon grace
    graham grant greg gregory guy hank hannah harold harris harrison harry harvey hayes heather hector heidi helen
    helena henderson henry herb herbert herman hilda holly howard hugh hughes hugo ian ida irene iris isaac isabel
    isabella ivan ivy jack jackie jackson jacob jake james jamie jan jane janet janie jason jay jean jeanette jeff
    jenkins jennifer jenny jeremy jerry jesse jessica jessie jill jim jimmy jo joan joe joel john johnny johnson
    jolene jon jonas jonathan jones jordan jose joseph joshua jude judy julia julian julie juliet justin karen kate
    kathy katie kay keith kelly ken kennedy kenny kerry kevin kim kitty kyle larry laura lauren layla lee lena leo
    leon leonard leroy leslie lewis liam lili linda lisa liza lloyd lois lola lopez lorraine louie louis louise
    lucille lucy luis luke lulu lydia lynn maggie mandy marc marcia marcus margaret maria marian marianne marie
    marilyn mario marlene marley martha martin martina marvin mary matilda matt matthew maurice max maxwell may
    melanie melissa mia michael michel michelle mick mickey miguel mike miles miller milton mitchell molly monica
    moore morgan morris murphy murray myers nancy natalie natasha nathan neil nelly nelson nicholas nick nicole
    nikita nina nora norman oliver olivia oscar otis owen pablo palmer pamela parker pat patricia patrick paul paula
    pauline pedro peggy percy perry pete peter phil philip phillip phillips polly powell preston priscilla rachel
    ralph ramon randy ray raymond rebecca reed reggie rene reynolds rhiannon rice richard richards rick ricky rita
    rob robert roberts robertson robin robinson rod rodney rodriguez roger rogers roland ron ronnie rosa rosalie
    rosanna rosanne rosie ross roxanne roy russell ruth ryan sally sam samantha samuel sanchez sanders sandra sandy
    sara sarah scott sean sebastian selena shannon sharon shaw sheila shelly sherry shirley sidney silvia simmons
    simon smith sophia sophie spencer stan stanley stella stephanie stephen steve steven stevens stevie stewart
    stuart sue sullivan susan susie suzanne suzie sylvia taylor ted teresa terry tess theo theresa thomas thompson
    tiffany tim timothy tina todd tom tommy tony tracy travis trevor turner tyler valerie vera veronica vic vicky
    victor victoria vincent virginia walker wallace walter wanda ward warner warren watson wayne wendy wesley
    wheeler wilbur will william williams williamson willie wilson wright xavier yolanda yvonne zach zoe"""
)

# divided by commas; without "the"
_ACTS = """
10cc, 2 unlimited, 2pac, 3 doors down, 311, 4 non blondes, 50 cent, 98 degrees, a tribe called quest, a-ha, a1
aaliyah, abba, abc, abdul paula, ac/dc, ace of base, adam and the ants, adam ant, adele, adriano celentano
aerosmith, afi, air, air supply, al green, al jarreau, al stewart, aladdin, alan jackson, alan parsons project
alanis morissette, alannah myles, albert king, alice cooper, alice in chains, alicia keys, all american rejects
allman brothers band, alphaville, america, amy grant, amy winehouse, anastacia, andrea bocelli, animaniacs
annie lennox, antonio carlos jobim, aphex twin, apocalyptica, arcade fire, arctic monkeys, aretha franklin
ariana grande, art of noise, artie shaw, asia, astor piazzolla, astrud gilberto, avenged sevenfold, avicii
avril lavigne, b-52s, b.b. king, b52s, babyface, bach, backstreet boys, bad bunny, bad company, bad religion
badfinger, bananarama, banarama, barbra streisand, barenaked ladies, barry manilow, barry white, bartok, batman
bay city rollers, beach boys, beastie boys, beatles, beck, bee gees, beethoven, belinda carlisle, ben e king
ben folds, ben folds five, benny goodman, berlioz, bette midler, beverly hills cop, beyonce, big audio dynamite
bill evans, bill haley, bill withers, billie eilish, billie holiday, billy idol, billy joel, billy ocean
billy preston, bizet, bjork, black crowes, black eyed peas, black keys, black sabbath, blink 182, blondie
blue oyster cult, blues brothers, bob dylan, bob marley, bob seger, bobby brown, bobby darin, bobby mcferrin
bobby vinton, bon jovi, boney m, bonnie raitt, bonnie tyler, boston, bowie, boy george, boyz ii men, boyzone, brahms
brandi carlile, bread, brian eno, britney spears, britten, bruce hornsby, bruce springsteen, bruno mars, bryan adams
bryan ferry, bts, buddy holly, buena vista social club, burt bacharach, bush, busta rhymes, byrds, camila cabello
canned heat, cannonball adderley, captain beefheart, cardigans, carl perkins, carole king, carpenters, cars
castlevania, cat stevens, cats musical, celine dion, charles aznavour, charles mingus, charlie parker, charlie puth
cheap trick, chemical brothers, cher, chet atkins, chet baker, chic, chicago, chick corea, chopin, chris brown
chris de burgh, chris isaak, chris rea, christina aguilera, christmas, chrono cross, chrono trigger, chuck berry
clapton, clash, cliff richard, clint black, cocteau twins, coldplay, cole porter, colin hay, collective soul, coolio
corrs, cowboy bebop, cradle of filth, craig david, cranberries, crash bandicoot, cream, creed
creedence clearwater revival, crosby stills and nash, crosby stills nash and young, crowded house, crystal castles
culture club, cure, cutting crew, cyndi lauper, cypress hill, d'angelo, daddy yankee, daft punk
dance dance revolution, dave brubeck, dave matthews band, david bowie, david guetta, david hasselhoff, dead kennedys
dean martin, debbie gibson, debussy, deep purple, def leppard, deftones, depeche mode, destiny's child, devo
dexys midnight runners, diana krall, diana ross, digimon, dire straits, disney, dixie chicks, dizzy gillespie
dj bobo, dolly parton, don henley, don mclean, donkey kong, donna summer, doobie brothers, doom, doors, dr dre
dr. hook, dragon ball, dragon quest, dragonball, dragonball z, drake, dream theater, dua lipa, duke ellington
duran duran, dvorak, eagles, eagles of death metal, earth wind and fire, earthbound, ed sheeran, eddie cochran
eddy grant, edith piaf, edvard grieg, edwin starr, einaudi, electric light orchestra, elgar, ella fitzgerald
ellie goulding, elo, elton john, elvis, elvis costello, elvis presley, emerson lake and palmer, eminem
ennio morricone, enrique iglesias, enya, erasure, eric carmen, eric clapton, erik satie, eros ramazzotti
erykah badu, europe, eurythmics, evanescence, evangelion, everlast, everly brothers, extreme, fairground attraction
faith hill, faith no more, falco, fall out boy, fallout, fatboy slim, fats domino, fats waller, faure, fela kuti
ff7, ff8, final fantasy, fire emblem, five finger death punch, flaming lips, fleetwood mac, flo rida
florence and the machine, foo fighters, foreigner, four seasons, four tops, frank ocean, frank sinatra, frank zappa
frankie goes to hollywood, frankie valli, franz ferdinand, franz liszt, freddie mercury, free, fuel, fugees, garbage
garth brooks, gary moore, gary numan, genesis, george benson, george gershwin, george harrison, george michael
george strait, gerry rafferty, gershwin, giacomo puccini, gianna nannini, gilbert o'sullivan, gipsy kings
glen campbell, glenn miller, gloria estefan, gloria gaynor, go-gos, godsmack, gorillaz, grand funk railroad, grandia
grandmaster flash, grateful dead, grease, green day, grieg, guess who, guilty gear, guns n' roses, gustav holst
gwen stefani, haddaway, half life, hall and oates, halo, handel, hank williams, hanson, harold faltermeyer
harry belafonte, harry chapin, harry connick jr, harry nilsson, harry potter, harry styles, haydn, heart, hendrix
henry mancini, herb alpert, herbie hancock, hoagy carmichael, hole, holst, home improvement, hootie and the blowfish
huey lewis, huey lewis and the news, human league, hymn, ice cube, iggy pop, imagine dragons, indiana jones
indigo girls, inxs, iron butterfly, iron maiden, irving berlin, isaac hayes, isley brothers, j.s. bach, jackson 5
jackson browne, jackson five, james blunt, james bond, james brown, james taylor, jamiroquai, janet jackson
janis joplin, jason derulo, jason mraz, jay-z, jean michel jarre, jean-michel jarre, jeff beck, jeff buckley
jefferson airplane, jennifer lopez, jerry lee lewis, jessie j, jesus christ superstar, jethro tull, jewel, jim croce
jim reeves, jimi hendrix, jimmy buffett, jimmy cliff, jimmy eat world, joan baez, joan jett, joe cocker, joe jackson
joe satriani, joe walsh, john cage, john coltrane, john denver, john farnham, john lee hooker, john legend
john lennon, john mayer, john mellencamp, john philip sousa, john williams, johnny cash, johnny hallyday
joni mitchell, josh groban, journey, joy division, judas priest, judy garland, julio iglesias, justin bieber
justin timberlake, kansas, kanye west, kate bush, katy perry, kc and the sunshine band, keith urban, kelly clarkson
ken laszlo, kendrick lamar, kenny g, kenny loggins, kenny rogers, kesha, kid rock, kim carnes, kim wilde
king crimson, kingdom hearts, kings of leon, kinks, kirby, kiss, kool and the gang, korn, kraftwerk, kylie minogue
la bouche, lady gaga, lana del rey, laura branigan, laura pausini, lauryn hill, leann rimes, led zeppelin
legend of zelda, lennon, lenny kravitz, leo sayer, leonard bernstein, leonard cohen, les miserables, level 42
limp bizkit, linda ronstadt, linkin park, lion king, lionel richie, lisa stansfield, liszt, little richard, live
living colour, lizzo, ll cool j, lord of the rings, los del rio, los lobos, lou bega, lou reed, louis armstrong
lucio battisti, lucio dalla, lufia, luis fonsi, luis miguel, luther vandross, lynyrd skynyrd, macklemore, madness
madonna, mahler, mamas and the papas, manfred mann, manic street preachers, manowar, mariah carey, marillion
marilyn manson, mario, mario kart, mark knopfler, marmalade, maroon 5, marvin gaye, mary j blige, massive attack
matchbox 20, matchbox twenty, meat loaf, meatloaf, mega man, megadeth, megaman, megaman x, men at work, mendelssohn
metal gear, metal gear solid, metallica, metroid, mgmt, michael bolton, michael buble, michael jackson
michael sembello, mick jagger, midnight oil, mike and the mechanics, mike oldfield, miles davis, miley cyrus
milli vanilli, mission impossible, moby, modern talking, modest mouse, monkees, monkey island, monteverdi
moody blues, mortal kombat, motley crue, motorhead, movie themes, mozart, mr. big, mr. mister, muddy waters
mumford and sons, muse, mussorgsky, my chemical romance, n sync, naruto, nat king cole, natalie imbruglia
national anthem, naughty by nature, neil diamond, neil sedaka, neil young, nelly furtado, nena
neon genesis evangelion, new kids on the block, new order, nick cave, nickelback, nicki minaj, nina simone
nine inch nails, nintendo, nirvana, no doubt, norah jones, nsync, oasis, offspring, oingo boingo, olivia newton john
olivia rodrigo, one direction, one piece, one republic, orchestral manoeuvres in the dark, otis redding, outkast
ozzy osbourne, pachelbel, paganini, panic at the disco, pantera, paolo conte, paper mario, paramore, pat benatar
pat metheny, patsy cline, patti smith, paul anka, paul mccartney, paul simon, paul young, paula abdul, pearl jam
peggy lee, percy sledge, perez prado, pet shop boys, peter frampton, peter gabriel, phantasy star
phantom of the opera, pharrell williams, phil collins, phish, pink, pink floyd, pixies, poison, pokemon, police
porcupine tree, portishead, post malone, power rangers, prefab sprout, prince, prince buster, prince of persia
procol harum, prokofiev, public enemy, puccini, puff daddy, purcell, queen, queen latifah, queens of the stone age
queensryche, r. kelly, r.e.m., rachmaninoff, rachmaninov, radiohead, rage against the machine, rammstein, ramones
randy newman, ravel, ray charles, red hot chili peppers, rem, reo speedwagon, resident evil, ricchi e poveri
richard clayderman, richard marx, richard wagner, rick astley, rick james, rick springfield, ricky martin, rihanna
ringo starr, ritchie valens, rob zombie, robbie williams, robert johnson, robert palmer, robert plant, roberta flack
rocky horror, rod stewart, rolling stones, roxette, roxy music, roy orbison, run dmc, run-d.m.c., rush
ryuichi sakamoto, s club 7, sade, sailor moon, salt-n-pepa, sam cooke, sam smith, sammy davis jr, sandra, santana
sarah brightman, sarah mclachlan, satie, savage garden, scatman john, schubert, schumann, scissor sisters, scorpions
scott joplin, seal, secret of mana, sega, sepultura, serge gainsbourg, sex pistols, shaggy, shakira, shania twain
sheryl crow, shining force, shostakovich, sibelius, sigur ros, silent hill, simcity, simon and garfunkel
simple minds, simple plan, simply red, simpsons, sinatra, sinead o'connor, siouxsie and the banshees, sisqo
sisters of mercy, skid row, slade, slipknot, sly and the family stone, smash mouth, smashing pumpkins
smokey robinson, smokie, snap, sneaker pimps, snoop dogg, soft cell, sonic, sonic the hedgehog, sonny and cher
soundgarden, soundtrack, south park, spandau ballet, spice girls, spin doctors, springsteen, stan getz, star fox
star trek, star wars, starcraft, status quo, stealers wheel, steely dan, steppenwolf, steve miller
steve miller band, steve vai, steve winwood, stevie nicks, stevie ray vaughan, stevie wonder, sting
stone temple pilots, strauss, stravinsky, street fighter, styx, sublime, suede, suikoden, super mario
super mario 64, super mario bros, super mario world, super metroid, super smash bros, supertramp, survivor
suzanne vega, suzi quatro, system of a down, t-pau, t. rex, taio cruz, take that, tales of phantasia, talk talk
talking heads, taylor swift, tchaikovsky, tears for fears, temptations, tenacious d, tetris, texas, the knack
thelonious monk, thin lizzy, thompson twins, tim mcgraw, tina turner, titanic, tlc, tom jones, tom petty, tom waits
tomb raider, tony bennett, tool, tori amos, toto, toto cutugno, touhou, tracy chapman, traditional, train, travis
tv theme, tv themes, twenty one pilots, twisted sister, u2, ub40, ugly kid joe, ultravox, umberto tozzi, undertale
unknown artist, uriah heep, usher, usher raymond, van halen, van morrison, vanessa carlton, vanessa williams
vangelis, vanilla ice, velvet underground, verdi, village people, vivaldi, wagner, wallflowers, wang chung, warcraft
weezer, weird al, weird al yankovic, west side story, westlife, wham, white stripes, white zombie, whitesnake
whitney houston, wild arms, will smith, willie nelson, wilson phillips, wilson pickett, wings, wizard of oz
wu tang clan, wu-tang clan, x-men, xenogears, yes, yes men, yngwie malmsteen, yoko kanno, ys, zappa, zelda, zucchero
zz top
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
    stems = [
        word[: -len(end)] for end in ("s", "es", "ed", "d", "ing", "in", "er", "ers", "ly", "y") if word.endswith(end)
    ]
    return any(stem in _WORDS or f"{stem}e" in _WORDS for stem in stems if len(stem) > 2)


def is_personal(word: str) -> bool:
    """Whether the word is a common given or family name."""
    return word in _PERSONAL_NAMES


def is_known_act(words: list[str]) -> bool:
    """Whether the words are a well-known act, game or film."""
    return letters("".join(word for word in words if word not in ("and", "&", "n", "the"))) in _KNOWN_ACTS
