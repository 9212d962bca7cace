"""Labelled papers: about the artist, or about what only shares the name."""

from __future__ import annotations

import pytest

from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.papers_relevance import is_relevant


def _artist(name: str, *drummers: str) -> ArtistQuery:
    return ArtistQuery("key", name, drummers=drummers)


RUSH = ArtistQuery("rush", "Rush", drummers=("Neil Peart",))
RUSH_ALONE = ArtistQuery("rush", "Rush")
TOOL = ArtistQuery("tool", "Tool", drummers=("Danny Carey",))
QUEEN = ArtistQuery("queen", "Queen", drummers=("Roger Taylor",))
YES = ArtistQuery("yes", "Yes", drummers=("Bill Bruford", "Alan White"))
MUSE = ArtistQuery("muse", "Muse", drummers=("Dominic Howard",))
GENESIS = ArtistQuery("genesis", "Genesis", drummers=("Phil Collins",))
CAN = ArtistQuery("can", "Can", drummers=("Jaki Liebezeit",))
AIR = ArtistQuery("air", "Air")
WHO = ArtistQuery("the-who", "The Who", drummers=("Keith Moon",))
ROOTS = ArtistQuery("the-roots", "The Roots", drummers=("Questlove",))
POLICE = ArtistQuery("the-police", "The Police", drummers=("Stewart Copeland",))
BAND = ArtistQuery("the-band", "The Band", drummers=("Levon Helm",))
BEATLES = ArtistQuery("the-beatles", "The Beatles", drummers=("Ringo Starr",))
MESHUGGAH = ArtistQuery("meshuggah", "Meshuggah", drummers=("Tomas Haake",))
RADIOHEAD = ArtistQuery("radiohead", "Radiohead")
DILLA = ArtistQuery("j-dilla", "J Dilla", aliases=("Jay Dee",))
ZEPPELIN = ArtistQuery("led-zeppelin", "Led Zeppelin", drummers=("John Bonham",))
MASSIVE = ArtistQuery("massive-attack", "Massive Attack")
HEADS = ArtistQuery("talking-heads", "Talking Heads")
CRUE = ArtistQuery("motley-crue", "Mötley Crüe", drummers=("Tommy Lee",))
ACDC = ArtistQuery("ac-dc", "AC/DC", drummers=("Phil Rudd",))
SHEENA = ArtistQuery("ringo", "椎名林檎")
KINO = ArtistQuery("kino", "Кино")
BURIAL = ArtistQuery("burial", "Burial")
ALLEN = ArtistQuery("tony-allen", "Tony Allen", bands=("Fela Kuti",))
BROWN = ArtistQuery("james-brown", "James Brown", drummers=("Clyde Stubblefield",))
LOWERCASE = ArtistQuery("radiohead", "radiohead")
NWA = ArtistQuery("nwa", "N.W.A")
SIMON = ArtistQuery("simon-and-garfunkel", "Simon & Garfunkel")
EARTH = ArtistQuery("earth-wind-and-fire", "Earth, Wind & Fire")

ABOUT = [
    (RUSH, "Odd metres in progressive rock", "The songs of the Canadian rock band Rush change time signature often."),
    (RUSH, "Neil Peart and the Art of the Drum Solo", ""),
    (RUSH_ALONE, "Swing and Groove in the Music of Rush", ""),
    (RUSH_ALONE, "Virtuosity in progressive rock", "We look at albums by bands such as Yes, Genesis and Rush."),
    (RUSH_ALONE, "Time signatures in rock", "Rush, the Canadian progressive rock trio, uses 7/8 in most songs."),
    (
        RUSH_ALONE,
        "Listening to odd-time rock",
        "Listeners tapped along to “Tom Sawyer” by Rush; its metre is a puzzle.",
    ),
    (RUSH_ALONE, "RUSH'S DRUMMING AND THE PROGRESSIVE ROCK ALBUM", ""),
    (TOOL, "Rhythm and form in Tool's songs", "The band's drummer plays polyrhythms."),
    (TOOL, "Fibonacci and metre", "“Lateralus” by Tool orders its syllables and its metre; the album's riffs follow."),
    (TOOL, "Danny Carey's polyrhythms", "An analysis of drumming with electronic pads."),
    (QUEEN, "Vocal and drum production in Queen's albums", "Recordings of the 1970s."),
    (QUEEN, "Stadium rhythm", "Fans clap the beat of a song by the rock band Queen."),
    (YES, "Metric structure in progressive rock", "Bill Bruford, drummer of Yes, displaces the backbeat."),
    (YES, "Form in the Music of Yes", "Songs and suites of a progressive rock band."),
    (MUSE, "Falsetto and riffs: the songs of Muse", "The English rock band plays synthesised bass riffs."),
    (GENESIS, "Gated reverb and the drum sound of the 1980s", "Phil Collins of Genesis and the drum machine."),
    (GENESIS, "Suites in British progressive rock", "The group Genesis wrote songs of more than twenty minutes."),
    (CAN, "Motorik: the krautrock beat", "The drummer Jaki Liebezeit of Can repeats a pattern for a whole album."),
    (AIR, "French electronic pop", "The duo Air recorded its first album with analogue synthesizers and songs."),
    (WHO, "Lead drumming", "Keith Moon of The Who treated the drums as a lead instrument."),
    (WHO, "Rock opera", "Albums of the band The Who changed how rock songs were joined."),
    (ROOTS, "Live hip-hop", "Questlove, drummer of The Roots, plays like a sampled drum break."),
    (ROOTS, "Instruments on the rap stage", "The hip-hop group The Roots plays drums and bass on stage."),
    (POLICE, "Reggae in new wave", "The Police's drummer moved the backbeat; songs with one-drop rhythm."),
    (BAND, "Playing behind the beat", "Levon Helm sang and played drums with The Band."),
    (BEATLES, "Tempo drift in The Beatles' recordings", "Songs recorded without a click track."),
    (BEATLES, "Ringo Starr's Left Hand: Drumming Against the Kit", ""),
    (
        BEATLES,
        "Studio recordings of the sixties",
        "We take songs from albums by the Beatles, with drums on one channel.",
    ),
    (MESHUGGAH, "Re-casting Metal: Rhythm and Meter in the Music of Meshuggah", ""),
    (MESHUGGAH, "Meshuggah's Polymetric Riffs and the Backbeat", ""),
    (MESHUGGAH, "Metal and embodiment", "Fans of Meshuggah nod to the cymbals, not to the guitar riffs of the song."),
    (MESHUGGAH, "The drumming of Tomas Haake", ""),
    (RADIOHEAD, "Radiohead's Rhythmic Language: Metre in Songs", ""),
    (
        RADIOHEAD,
        "Rhythm in rock",
        "In this article songs of the album show that Radiohead works with Euclidean rhythms.",
    ),
    (DILLA, "Unquantised beats", "The hip-hop producer J. Dilla placed snares early; listeners feel a groove."),
    (DILLA, "J-Dilla time: microtiming in hip-hop", ""),
    (DILLA, "Microtiming of the MPC", "Beats by Jay Dee show late kick drums and swing in hip-hop."),
    (ZEPPELIN, "Led Zeppelin and the Heavy Backbeat", "Drums recorded in a stairwell."),
    (
        ZEPPELIN,
        "Bass drum triplets",
        "John Bonham played bass drum triplets with a single pedal, a groove copied since.",
    ),
    (MASSIVE, "Breakbeats in Bristol", "Massive Attack slowed sampled drum breaks down on three albums."),
    (HEADS, "Afrobeat in New York", "Talking Heads recorded songs over drum loops and polyrhythms."),
    (CRUE, "Spectacle in glam metal", "Motley Crue's drummer played a revolving drum kit; heavy metal in concert."),
    (CRUE, "Spectacle in glam metal", "Mötley Crüe toured with a drum kit on rails: rock music as show."),
    (ACDC, "Straight eighths in hard rock", "AC/DC keeps one groove through a song: drums without fills."),
    (ACDC, "Straight eighths in hard rock", "AC-DC keeps one groove through a song: drums without fills."),
    (SHEENA, "椎名林檎のアルバムにおけるリズム", "Rhythm and drums in the albums of 椎名林檎."),
    (KINO, "Soviet rock", "Songs of the band Кино have a drum machine on their albums."),
    (
        BURIAL,
        "Ghosts of rave",
        "The producer Burial places drum samples by hand, off the grid, in electronic dance music.",
    ),
    (ALLEN, "Afrobeat drumming", "Tony Allen combined highlife and jazz on the drum kit with Fela Kuti."),
    (BROWN, "The one: funk as metre", "James Brown asked the band to accent the downbeat; grooves of funk."),
    (BROWN, "Sampling the Funky Drummer", "Clyde Stubblefield's ghost notes became the most sampled drum break."),
    (LOWERCASE, "Radiohead's Rhythmic Language: Metre in Songs", ""),
    (NWA, "Compton on record", "The album of N.W.A is built of sampled funk drum breaks; hip-hop production."),
    (NWA, "Compton on record", "The album of the hip-hop group NWA is built of sampled funk drum breaks."),
    (SIMON, "Drums in a corridor", "For a song by Simon and Garfunkel the drums were recorded beside an elevator."),
    (EARTH, "Horns and groove", "Earth, Wind and Fire join horns and drums in a funk groove."),
    (_artist("D'Angelo", "Questlove"), "Come Hither, but Hither Come Not: Microrhythms of D'Angelo's Voodoo", ""),
    (_artist("Radiohead"), "Rhythm and Timbre in Radiohead's 'Pyramid Song'", ""),
    (
        _artist("James Brown"),
        "'Funky Drummer': New Orleans, James Brown and the rhythmic transformation of American popular music",
        "",
    ),
    (
        _artist("Metallica", "Lars Ulrich"),
        "Metallica and the death of metal drumming",
        "This essay considers how Metallica's recordings after 1991 changed heavy metal.",
    ),
    (
        _artist("Questlove"),
        "Playing drunk",
        "In interviews, Questlove recalls hearing J Dilla's kick drum patterns and rethinking groove.",
    ),
    (
        _artist("Steely Dan"),
        "Shuffle feels on Aja",
        "Steely Dan's Home at Last rests on Bernard Purdie's half-time shuffle.",
    ),
    (
        _artist("Toto", "Jeff Porcaro"),
        "The Rosanna shuffle",
        "Jeff Porcaro's drum part for Rosanna merges Purdie's shuffle with a Bo Diddley beat.",
    ),
    (
        _artist("Nirvana", "Dave Grohl"),
        "Loud-quiet-loud",
        "Dave Grohl's drumming on Nevermind borrowed from disco records.",
    ),
    (_artist("Nirvana", "Dave Grohl"), "Grunge and authenticity", "The Seattle band Nirvana sold millions of albums."),
    (
        _artist("Cream", "Ginger Baker"),
        "Jazz technique in British blues-rock",
        "Ginger Baker's double bass drum solos with Cream.",
    ),
    (
        _artist("Kiss"),
        "Face paint and pyrotechnics",
        "Kiss, the American hard rock band, made the concert a theatre show.",
    ),
    (
        _artist("Björk"),
        "Beats and strings",
        "Bjork's Homogenic combines distorted drum machine beats with string octet in songs about landscape.",
    ),
    (
        _artist("Aphex Twin"),
        "Drill and the machine",
        "The tracks of Aphex Twin push breakbeats to speeds no drummer plays.",
    ),
    (
        _artist("Squarepusher"),
        "Programming breaks",
        "In tracks by Squarepusher, the Amen break is cut to thirty-second notes; drum programming as virtuosity.",
    ),
    (
        _artist("Dream Theater", "Mike Portnoy"),
        "Metric modulation in progressive metal",
        "We analyse songs by Dream Theater.",
    ),
    (
        _artist("Stewart Copeland"),
        "Hi-hat delay",
        "Stewart Copeland ran his hi-hat through a tape delay, reggae rhythms in a rock trio.",
    ),
    (
        _artist("The Meters", "Zigaboo Modeliste"),
        "Second line funk",
        "Zigaboo Modeliste of The Meters plays the groove between straight and swung.",
    ),
    (
        _artist("The Smiths"),
        "Indie and the north",
        "Songs by The Smiths are about rain in Manchester; guitar riffs by Johnny Marr.",
    ),
    (_artist("Portishead"), "Crackle", "In Portishead’s music the sampled drum break is pressed on vinyl first."),
    (
        _artist("Can", "Jaki Liebezeit"),
        "Playing monotonously",
        "The repetitive grooves played by Jaki Liebezeit in Can's albums.",
    ),
    (
        _artist("Deftones", "Abe Cunningham"),
        "Nu metal grooves",
        "Abe Cunningham's ghost notes with Deftones are rare in metal drumming.",
    ),
    (_artist("Battles", "John Stanier"), "Loops live", "In the band Battles the drummer plays to guitar loops."),
    (
        _artist("Prince"),
        "The Linn and the Minneapolis sound",
        "Prince's programming of the LM-1 drum machine tuned toms low on his albums.",
    ),
    (_artist("Prince"), "Drum machine funk", "Listeners rated songs by Prince and Michael Jackson for groove."),
    (_artist("Sade"), "Quiet storm", "The band Sade recorded rim-click grooves."),
    (_artist("Isis"), "Post-metal time", "Post-metal bands like Neurosis and Isis build songs by repetition."),
    (_artist("Chicago"), "Horn rock", "The band Chicago, whose drummer Danny Seraphine studied jazz."),
    (_artist("TOOL"), "Spiral metre", "TOOL's song Lateralus cycles 9/8, 8/8 and 7/8."),
    (
        _artist("Radiohead"),
        "Analysing Radiohead: Expectation and Surprise in 'Kid A' and 'Amnesiac'",
        "The essay treats harmony and rhythm in songs that Radiohead recorded in 2000.",
    ),
    (
        _artist("Beyoncé"),
        "Beyoncé's Lemonade and Southern Rhythm",
        "The visual album by Beyoncé draws on marching band drum lines.",
    ),
    (
        _artist("Fela Kuti", "Tony Allen"),
        "Endless groove: Africa 70",
        "Fela Kuti's ensemble held one groove for twenty minutes. Tony Allen's drumming carried it.",
    ),
    (
        _artist("Kendrick Lamar"),
        "Flow and metre in Kendrick Lamar",
        "The flow of Kendrick Lamar is set against the beat; rap lyrics are encoded with their metrical position.",
    ),
    (_artist("OutKast"), "Southern rap's swing", "Verses by the duo OutKast are swung against straight drums."),
    (
        _artist("Opeth", "Martin Axenrot"),
        "Groove metal and the long song",
        "Opeth's songs alternate blast beats with jazz waltz.",
    ),
    (
        _artist("Death"),
        "Technical death metal",
        "Albums by the band Death used odd time signatures; drummer Gene Hoglan.",
    ),
    (
        _artist("Gojira", "Mario Duplantier"),
        "Polyrhythmic blast beats in French metal",
        "We analyse Mario Duplantier's double bass patterns on L'Enfant Sauvage, an album from 2012.",
    ),
    (
        _artist("The Police", "Stewart Copeland"),
        "White reggae",
        "The trio's hi-hat figures, played by Stewart Copeland, derive from one-drop drumming.",
    ),
    (
        _artist("Elvin Jones"),
        "Elvin Jones and the triplet",
        "A transcription of Elvin Jones's solo with the Coltrane quartet shows metric illusion in jazz drumming.",
    ),
    (
        _artist("Roy Haynes"),
        "Snap crackle: timbre in modern jazz drumming",
        "Roy Haynes's comping in the quartet of 1963 breaks up the ride cymbal.",
    ),
    (
        _artist("Autechre"),
        "Generative metre",
        "Autechre’s later recordings replace the grid; listeners find no beat in tracks of this electronic music.",
    ),
    (
        _artist("Sepultura", "Igor Cavalera"),
        "Roots and tribal drumming",
        "Igor Cavalera of Sepultura recorded with Xavante percussionists; heavy metal and samba rhythm.",
    ),
    (
        _artist("Pink Floyd", "Nick Mason"),
        "7/4 and a cash register: Money",
        "Pink Floyd's song in 7/4 has a blues form; the solo is in 4/4.",
    ),
    (_artist("Cream", "Ginger Baker"), "White rooms in 5/4", "Cream’s drummer used timpani; the song opens in 5/4."),
    (_artist("Primus"), "Slapping and syncopation", "The funk-metal trio Primus puts the bass in front of drums."),
    (
        _artist("Mastodon", "Brann Dailor"),
        "Drumming as melody in sludge metal",
        "Brann Dailor fills nearly every bar of Leviathan; the album is described as a continuous drum solo.",
    ),
    (
        _artist("Flying Lotus"),
        "Los Angeles beat scene",
        "Flying Lotus and others loosen the quantised grid of hip-hop with drunk swing.",
    ),
    (
        _artist("Burial"),
        "Two-step ghosts",
        "Burial's tracks have no grid; the snare drifts by up to 40 ms in electronic dance music.",
    ),
    (_artist("上原ひろみ"), "上原ひろみのリズム", "上原ひろみ plays piano with drum-like metre in jazz."),
    (
        _artist("Queens of the Stone Age", "Dave Grohl"),
        "Robot rock",
        "Queens of the Stone Age recorded drums and cymbals separately for Songs for the Deaf.",
    ),
    (_artist("Bush"), "Post-grunge and radio", "The British band Bush sold albums in America."),
    (
        _artist("Garbage", "Butch Vig"),
        "Drummer as producer",
        "Butch Vig programmed loops for Garbage and played drums on top.",
    ),
    (_artist("Wire"), "Minimal punk", "Songs by Wire last under two minutes; drums keep straight eighths."),
    (
        _artist("Ministry"),
        "Industrial metal and the machine",
        "Groups such as Ministry and Godflesh used drum machines for metal songs.",
    ),
    (
        _artist("Wilco", "Glenn Kotche"),
        "Prepared drums",
        "Glenn Kotche, the percussionist of Wilco, prepares his drums with rubber and wire.",
    ),
    (
        _artist("Battles"),
        "Math rock loops",
        "Battles, a New York quartet of musicians, loops guitar against a human drummer.",
    ),
    (_artist("Rush"), "Odd metre listeners", "Fans of Rush were better at tapping 7/8 than other rock listeners were."),
]

NOT_ABOUT = [
    (RUSH, "Evacuation dynamics in the evening rush", "Particles rush to an exit. We find arches."),
    (RUSH, "Rush Hour Rhythms: Circadian Drumming of Woodpeckers", "Drumming rhythm of the species at dawn."),
    (
        RUSH,
        "The California Gold Rush in popular song",
        "Songs about the gold rush; drums of the parades; rush to the west.",
    ),
    (RUSH_ALONE, "Rush: Real-Time Drum Onset Detection", "We present a system for drums that detects onsets."),
    (RUSH_ALONE, "Inrush current and beat frequency", "The rush of current shows a beat and a swing in voltage."),
    (RUSH_ALONE, "Adrenaline Rush and Music Listening", "The rush that listeners feel with music and drums."),
    (RUSH_ALONE, "A letter from Benjamin Rush", "Benjamin Rush on the medicine of the eighteenth century."),
    (TOOL, "Tool Wear in the Machining of Brake Drums", "Vibration of the cutting tool has a rhythm."),
    (TOOL, "Tool Use and Drumming in Wild Chimpanzees", "Drumming rhythm and tool use across communities."),
    (
        TOOL,
        "A Software Tool for Drum Transcription",
        "We present a tool for music and drums with a graphical interface.",
    ),
    (TOOL, "GrooveTool: An Open Tool for Microtiming", "The tool measures grooves and microtiming in music."),
    (TOOL, "Tool Support for Composers: Music and Code", "A tool helps composers of music."),
    (QUEEN, "Queen Pheromone and the Rhythm of Brood Care", "The queen in the colony of honey bees; drumming signals."),
    (QUEEN, "The Queen of Spades: Opera and Rhythm", "Music for the queen in an opera; the rhythm of the countess."),
    (QUEEN, "Music at the Court of the Queen of England", "Musicians at court; the Queen heard songs and drums."),
    (YES, "Can Machines Groove? Yes, They Can", "Yes, machines can. Listeners rate grooves of drum machines."),
    (YES, "Yes: A Yes-No Corpus of Rhythm", "Answers of yes or no on music and rhythm."),
    (MUSE, "A MUSE view of redshift galaxies", "The MUSE spectrograph observes galaxies at high redshift."),
    (MUSE, "MUSE: Multi-Track Drum Generation", "MUSE generates drum patterns and music with transformers."),
    (MUSE, "The Muse in the Machine: Music and Inspiration", "On the muse as a metaphor in music and songs."),
    (GENESIS, "The Genesis of Swing: A Drum History", "On the genesis of swing drumming in jazz."),
    (GENESIS, "Genesis of drumlins under ice", "The genesis of drumlins in sediments."),
    (GENESIS, "Rhythm in the Book of Genesis", "The metre of Hebrew poetry and biblical songs."),
    (
        CAN,
        "Can Drumming Improve Well-Being?",
        "Can drumming in groups improve the health of patients? Musicians took part.",
    ),
    (CAN, "Can infants move to the beat?", "Can infants hear the beat of music and drums?"),
    (AIR, "Air Drumming: Gesture Control of Virtual Drums", "Air drumming as an interface for musicians."),
    (AIR, "Air-Guitar and Air-Drums: Music and Movement", "Movement of musicians who play in the air."),
    (AIR, "Vibration of drums in air", "Air loading of the membrane of drums; music acoustics."),
    (WHO, "Who Drums? A Survey of Drummers", "Drummers were asked who taught them music."),
    (WHO, "The Who, What and Where of Rhythm", "On the questions of who and what in music and drumming research."),
    (ROOTS, "The Roots of Rhythm: African Drumming", "On the roots of music and drumming in West Africa."),
    (ROOTS, "Back to The Roots: Jazz Education", "Jazz drumming is taught from its roots."),
    (POLICE, "The Police and the Drum: Music in Protest", "The police stopped drummers and musicians at the march."),
    (BAND, "The Band as a Classroom: Drums in School", "Pupils play drums in the school band; music teaching."),
    (BAND, "The Marching Band and Rhythm", "The band marches; drum lines of students and music."),
    (BEATLES, "The Fab Four Lepidoptera", "Four species with beetles and larvae."),
    (MESHUGGAH, "Being meshuggah: Yiddish in English", "The word meshuggah in songs and jokes; Jewish music."),
    (MESHUGGAH, "Polyrhythm in extreme metal", "Bands of extreme metal play polyrhythms on guitars and drums."),
    (RADIOHEAD, "Radio head-ends in 5G", "The remote radio head and its beat frequency."),
    (RADIOHEAD, "Time signatures in rock songs", "A corpus of songs, drums and metre."),
    (DILLA, "Dilla University and the Coffee Trade", "Coffee farmers near Dilla and their soils."),
    (DILLA, "Swing in hip-hop", "Microtiming of hip-hop beats, from many producers."),
    (ZEPPELIN, "Zeppelins led by radar", "Airships of the first war."),
    (MASSIVE, "Massive attack on cryptographic hashes", "A massive attack finds collisions."),
    (MASSIVE, "Massive Attack of Bark Beetles", "Mass attack of a species on spruce."),
    (HEADS, "Talking heads in video: lip rhythm", "Synthesis of talking heads from speech rhythm and beat gestures."),
    (SHEENA, "林檎の栽培", "Apple growing in soils of the north."),
    (KINO, "Кино и музыка", "О музыке в советском кино: кино и песни."),
    (BURIAL, "Burial Rites and Drums", "Drums and songs at the burial of chiefs; music of mourning."),
    (BURIAL, "Burial Mounds: Rhythm of Settlement", "Burial mounds and sediment."),
    (ALLEN, "Catalysis by T. Allen's method", "Tony Allen is thanked for the catalyst samples."),
    (ALLEN, "West African drumming", "Drumming in Lagos and Accra: highlife musicians and rhythm."),
    (BROWN, "James Brown and the ovarian reserve", "A clinical trial by James Brown on patients with cancer."),
    (BROWN, "Brown noise and drumming", "Musicians drum in noise; James the first author."),
    (NWA, "Numerical weather assimilation", "NWA runs of rainfall models."),
    (SIMON, "Simon effect in drummers", "Drummers show a smaller Simon effect; Garfunkel plots of reaction times."),
    (EARTH, "Earth, wind and fire: hazards of the coast", "Seismic, storm and wildfire hazards."),
    (
        _artist("Nirvana"),
        "Nirvana in Early Buddhist Chant",
        "Monks' songs and drums on the way to nirvana; music of liturgy.",
    ),
    (_artist("Nirvana"), "Music, meditation and Nirvana", "The concept of Nirvana in Indian music theory and rhythm."),
    (_artist("Cream"), "Sound absorption of cream", "Drum whipping of cream at tempo."),
    (_artist("Kiss"), "The Kiss of Death: Operatic Rhythm", "The kiss in opera; songs and musical rhythm."),
    (
        _artist("Prince"),
        "The Prince and the Musicians: Esterházy Court",
        "Prince Esterházy employed Haydn and other musicians; drums in symphonies.",
    ),
    (
        _artist("Prince"),
        "Prince Edward Island fiddling",
        "Fiddle tunes of Prince Edward Island; rhythm and foot drumming; music of settlers.",
    ),
    (
        _artist("Chicago"),
        "Jazz Drumming in Chicago, 1920-1930",
        "Chicago's drummers moved from press rolls to ride rhythm. The music of Chicago changed.",
    ),
    (_artist("Boston"), "Boston's Music Schools", "The music of Boston and its drummers."),
    (_artist("Europe"), "Drums in the Music of Europe", "Military drums in Europe's music."),
    (_artist("Journey"), "A Journey into Rhythm: Drumming Pedagogy", "The journey of a drummer through music lessons."),
    (
        _artist("Low"),
        "Low-Frequency Drum Sounds and Groove",
        "Low bass drums raise groove ratings in music. Low frequencies matter.",
    ),
    (_artist("Muse"), "MUSE: drum source separation", "MUSE separates drums in music recordings."),
    (
        _artist("Muse"),
        "Invoking the Muse: Homer's Metre",
        "The Muse sings; songs in hexameter, rhythm of bards; musical performance.",
    ),
    (
        _artist("Queen"),
        "Steel drums for the Queen",
        "The Queen heard steel drums at the jubilee; Queen Elizabeth and musicians.",
    ),
    (
        _artist("Queen"),
        "Queen's University study of drummers",
        "At Queen's University music students and drummers tapped.",
    ),
    (_artist("The Doors"), "Opening the Doors: Access to Drumming", "The doors of music schools for drummers."),
    (_artist("The Cure"), "Music as the Cure: Drum Therapy", "Drumming as the cure for patients."),
    (_artist("The Band"), "Percussion in The Concert Band", "Musicians of the band play drums."),
    (
        _artist("The Meters"),
        "The Meters of Greek Lyric and Drumming",
        "The meters of songs and their rhythm; drumming.",
    ),
    (_artist("Toto"), "Performance in toto: drum notation", "The score in toto; drums and music."),
    (
        _artist("Rush"),
        "Drum Rudiments and the Philadelphia Physician Benjamin Rush",
        "Benjamin Rush heard drummers of the revolution; music and songs.",
    ),
    (_artist("Rush"), "Rushing and Dragging: Drummers' Tempo", "Drummers rush fills; rush and drag in music."),
    (_artist("Sleep"), "Sleep and Music: Rhythm at Night", "Sleep improved with music; drums did not."),
    (_artist("Train"), "Train Rhythms in Blues Songs", "The train in songs; drum brushes imitate a train."),
    (_artist("Heart"), "Heart Rate of Drummers in Concert", "Heart rate of drummers in rock music concerts."),
    (_artist("Tool"), "Tool: an R package for music", "Tool reads music and drums."),
    (_artist("Genesis"), "GENESIS synthesiser and physical modelling", "GENESIS models drums and musical instruments."),
    (_artist("Phil Collins"), "Extinction of songs in birds", "Phil Collins measured the rhythm of species."),
    (_artist("Beyoncé"), "Scaptia beyonceae, a horse fly", "A species of fly named after a singer; larvae."),
    (
        _artist("Death"),
        "Death Metal Listeners and Empathy",
        "Fans of death metal heard songs with violent themes; death in lyrics.",
    ),
    (_artist("Death"), "Music at the Time of Death: Drums in Funerals", "Drums announce a death; musicians play."),
    (
        _artist("The Police"),
        "Policing Music: Drill and the Police",
        "The police use drill lyrics as evidence; The Police in London monitors rappers' songs.",
    ),
    (_artist("Bush"), "Drums of the Bush: Music of the San", "Songs of the bush; drummers of the Kalahari."),
    (_artist("Bush"), "Kate Bush and the Fairlight", "Kate Bush programmed drum machine rhythm on her albums."),
    (
        _artist("Garbage"),
        "Garbage Percussion: Street Drumming with Bins",
        "Street drummers play garbage bins; musicians of the city.",
    ),
    (_artist("Wire"), "Wire Brushes: Timbre of Jazz Drums", "Wire brushes on snare drums in jazz."),
    (
        _artist("Ministry"),
        "Music Education and the Ministry of Culture",
        "The Ministry funds drums for schools; music teachers told the Ministry.",
    ),
    (_artist("Train"), "Training drummers", "We train drummers on a task; Train and test sets of music."),
    (_artist("Live"), "Live Drums and Drum Machines", "Live drummers versus machines in music."),
    (_artist("Cake"), "Cake filtration in drum filters", "The cake on drum filters."),
    (_artist("Blur"), "Motion Blur of Drumsticks", "The blur of drumsticks of drummers in video."),
    (_artist("Pulp"), "Pulp Washing Drums", "Pulp on rotary drums; tempo of washing."),
    (_artist("Suede"), "Brushes, suede and timbre", "Suede mallets on drums and cymbals of percussionists."),
    (_artist("Oasis"), "Oasis drum songs of Siwa", "Songs and drumming in the Siwa Oasis; musicians of the Oasis."),
    (_artist("Foreigner"), "The Foreigner in Jazz Drumming", "A foreigner among jazz drummers in Tokyo."),
    (_artist("Europe"), "Hip-hop in Europe", "Songs of rappers from Europe; beats in Europe's cities."),
    (_artist("Asia"), "Gongs and drums of Asia", "The music of Asia: gong cycles, drums and metre."),
    (_artist("Heart"), "The Heart as Drum", "The Heart is a drum in poems and songs; music and rhythm."),
    (_artist("War"), "War Drums: Music in Conflict", "War and music; drums of war in songs."),
    (
        _artist("Mastodon"),
        "Mastodon bones as percussion",
        "Mastodon bones were drummed on; archaeologists and musicians.",
    ),
    (_artist("Earth"), "Rhythms of the Earth", "Earth and its music: seismic rhythm set to drums by musicians."),
    (_artist("Television"), "Television Theme Songs and Rhythm", "Songs of television; music for Television."),
    (_artist("Primus"), "Primus inter pares: leading drum ensembles", "The primus leads drummers and musicians."),
    (_artist("Elvin Jones"), "Elvin Jones of Ohio: a soil survey", "Elvin Jones sampled soils."),
    (_artist("Neil Young"), "N. Young's modulus of drumheads", "Young's modulus of drumheads in music acoustics."),
    (_artist("Sting"), "The Sting of Bees on Drums", "Bees sting; drumming larvae."),
    (_artist("Seal"), "Seal drumming vocalisations", "Harp Seal rhythm and beat in species."),
    (_artist("Prince"), "The Little Prince: A Musical", "The Prince in a musical; songs and drums on stage."),
    (_artist("Madness"), "Music and Madness in Opera", "Madness in opera; songs of mad scenes, musical rhythm."),
]


@pytest.mark.parametrize(("query", "title", "abstract"), ABOUT)
def test_about_the_artist(query: ArtistQuery, title: str, abstract: str) -> None:
    assert is_relevant(query, title, abstract).relevant


@pytest.mark.parametrize(("query", "title", "abstract"), NOT_ABOUT)
def test_about_something_else(query: ArtistQuery, title: str, abstract: str) -> None:
    assert not is_relevant(query, title, abstract).relevant


def test_the_subjects_of_the_source_count() -> None:
    title, abstract = "Vibrations", "Led Zeppelin gave a concert; the stadium swayed with the rhythm of the fans."
    assert is_relevant(ZEPPELIN, title, abstract, fields=("Art",)).relevant
    assert not is_relevant(ZEPPELIN, title, abstract, fields=("Physics", "Geology")).relevant


def test_a_drummer_strengthens_a_weak_name() -> None:
    abstract = (
        "In this rhythm study a passage by Rush was heard; a rush to the end of the song was reported by listeners."
    )
    alone = is_relevant(RUSH_ALONE, "Tempo", abstract)
    with_drummer = is_relevant(RUSH, "Tempo", abstract + " Neil Peart played the drums.")
    assert with_drummer.score > alone.score


def test_a_hostile_text_takes_no_time() -> None:
    """It ends: the patterns look at a few words about a mention only."""
    for abstract in ("band such as " * 300 + "Rush " * 500, "Rush’s " * 600, "music of the x " * 250 + "Rush"):
        is_relevant(RUSH, "RUSH " * 100, abstract)
