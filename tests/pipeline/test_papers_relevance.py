"""Labelled papers: about the artist, or about what only shares the name."""

from __future__ import annotations

import pytest

from mdg_pipeline.collect.base import ArtistQuery
from mdg_pipeline.collect.papers_relevance import is_relevant

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
