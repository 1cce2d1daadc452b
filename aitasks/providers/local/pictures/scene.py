"""Reading a prompt: which place, hour, weather, things and colours it names. Plain word lists; what is not named is chosen by the seed.

Invariant: the same words and seed give the same scene.
"""

import re
from dataclasses import dataclass

import numpy as np

from aitasks.providers.local.pictures import colours
from aitasks.providers.local.pictures.canvas import Colour

PLACES = {
    "mountains": "mountain mountains peak peaks alps summit alpine ridge ridges volcano cliff cliffs rocky fjord",
    "hills": (
        "hill hills meadow meadows field fields valley grass grassland countryside farm pasture park garden spring prairie "
        "steppe village plain"
    ),
    "sea": "sea ocean beach coast bay harbour harbor island waves wave shore seaside sail sailing horizon atlantic pacific",
    "lake": "lake river pond reflection reflections water fjord lagoon stream reservoir",
    "forest": "forest forests wood woods tree trees pine pines fir firs spruce jungle grove fox deer wolf bear owl hedgehog rabbit",
    "city": (
        "city cities town skyline skyscraper skyscrapers building buildings street streets downtown metropolis neon cyberpunk "
        "urban tokyo london paris berlin"
    ),
    "desert": "desert dune dunes sahara sand sandy cactus camel oasis canyon",
    "space": "space galaxy nebula cosmos cosmic universe planet planets orbit astronaut rocket interstellar",
}
HOURS = {
    "night": (
        "night midnight nocturnal moon moonlight moonlit stars star starry aurora dark darkness northern milky owl firefly "
        "fireflies neon cyberpunk lantern lanterns"
    ),
    "sunset": "sunset evening golden-hour afterglow autumn fall romantic warm fire",
    "dawn": "dawn sunrise morning daybreak early gentle",
    "dusk": "dusk twilight melancholy melancholic sad lonely",
    "storm": "storm stormy thunder thunderstorm rain rainy raining gloomy tempest drizzle",
    "day": "day noon midday sunny sun bright summer clear happy cheerful blue-sky",
}
THINGS = {
    "sun": "sun sunny sunset sunrise sunshine sunlight sunlit dawn morning evening summer",
    "moon": "moon moonlight moonlit crescent lunar night midnight",
    "stars": "star stars starry night midnight milky constellation constellations moonlit moon moonlight",
    "aurora": "aurora northern polar borealis",
    "clouds": "cloud clouds cloudy overcast storm stormy sky rain rainy raining dramatic",
    "fog": "fog foggy mist misty haze hazy morning mysterious eerie dreamy",
    "rain": "rain rainy raining storm stormy drizzle thunderstorm",
    "snow": "snow snowy winter snowing snowfall blizzard christmas snowflakes ice icy",
    "snowfall": "snow snowing snowfall blizzard christmas snowflakes",
    "lightning": "lightning thunder thunderstorm",
    "boat": "boat boats sailboat ship sail sailing yacht fisherman harbour harbor",
    "birds": "bird birds gull gulls seagull seagulls geese swallow swallows crow crows eagle flock",
    "fox": "fox foxes wolf",
    "cat": "cat cats kitten",
    "deer": "deer stag elk reindeer",
    "house": "house houses cottage cabin hut farm village home barn",
    "lighthouse": "lighthouse beacon",
    "balloon": "balloon balloons",
    "flowers": "flower flowers poppy poppies tulip tulips rose roses garden spring blossom lavender",
    "fireflies": "firefly fireflies lantern lanterns magical magic fairy enchanted",
    "planet": "planet planets saturn orbit",
    "cactus": "cactus cacti",
    "tree": "oak lonely-tree tree cherry willow",
}
PATTERNS = {
    "flow": "flow flowing silk wind fluid smoke ribbons hair lines",
    "marble": "marble marbled ink agate liquid swirl swirls swirling oil painting",
    "facets": "facets polygon polygons low-poly lowpoly crystal crystals geometric triangles mosaic glass stained",
    "circles": "circle circles bubble bubbles dots round bauhaus rings balls",
    "waves": "layers paper bands stripes wavy curves retro",
}
ABSTRACT = frozenset("abstract pattern patterns texture wallpaper background generative geometry logo icon".split())
PATTERN_STYLES = tuple(PATTERNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What will be drawn."""

    places: frozenset[str]
    hour: str
    things: frozenset[str]
    palette: colours.Palette
    wanted: tuple[Colour, ...]
    """Colours that the prompt names and gives to no single thing, in its order."""
    blossom: tuple[Colour, ...]
    """Colours that the prompt gives to flowers."""
    pattern: str
    """A pattern's style, or ``""`` for a landscape."""


def read(prompt: str, negative: str, rng: np.random.Generator) -> Scene:
    """Return the scene that the words describe; words in ``negative`` take things away."""
    words = _split(prompt)
    unwanted = set(_split(negative))
    places = _find(PLACES, words) - _find(PLACES, unwanted)
    things = _find(THINGS, words) - _find(THINGS, unwanted)
    hour = _choose_hour(words, unwanted, rng)
    plain = bool(ABSTRACT & set(words)) or not (places or things)
    if not plain and not places:
        places = {str(rng.choice(["hills", "lake", "mountains"]))}
    wanted, blossom = _find_colours([word for word in words if word not in unwanted])
    palettes = colours.HOURS[hour]
    palette = colours.tint(palettes[int(rng.integers(len(palettes)))], wanted)
    places |= {"lake"} if places == {"city"} else set()
    things = _complete(things, _find(THINGS, unwanted), hour, rng)
    return Scene(
        places=frozenset(places),
        hour=hour,
        things=frozenset(things),
        palette=palette,
        wanted=wanted,
        blossom=blossom,
        pattern=_choose_pattern(words, rng) if plain else "",
    )


def _split(text: str) -> list[str]:
    return re.findall(r"[a-z]+(?:-[a-z]+)*", text.lower())


def _find(table: dict[str, str], words: list[str] | set[str]) -> set[str]:
    present = set(words)
    return {name for name, listed in table.items() if present & set(listed.split())}


def _find_colours(words: list[str]) -> tuple[tuple[Colour, ...], tuple[Colour, ...]]:
    """Return the colours of the whole scene and those of its flowers.

    A colour of another single thing, such as "green hills", colours nothing else.
    """
    wanted, blossom = [], []
    owned = set(" ".join([*THINGS.values(), *PLACES.values()]).split())
    airy = set(" ".join(THINGS[name] for name in ("sun", "stars", "aurora", "clouds", "fog")).split()) | {"sky"}
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        if word not in colours.NAMES:
            continue
        if following in THINGS["flowers"].split():
            blossom.append(colours.NAMES[word])
        elif following not in owned or following in airy:
            wanted.append(colours.NAMES[word])
    return tuple(wanted), tuple(blossom)


def _choose_hour(words: list[str], unwanted: set[str], rng: np.random.Generator) -> str:
    for word in words:
        for hour, listed in HOURS.items():
            if word in listed.split() and word not in unwanted:
                return hour
    if set(words) & set(THINGS["snow"].split()):
        return "day"
    return str(rng.choice(["day", "sunset", "dawn", "dusk"], p=[0.35, 0.3, 0.2, 0.15]))


def _choose_pattern(words: list[str], rng: np.random.Generator) -> str:
    named = [style for style, listed in PATTERNS.items() if set(words) & set(listed.split())]
    return named[0] if named else str(rng.choice(PATTERN_STYLES))


def _complete(things: set[str], unwanted: set[str], hour: str, rng: np.random.Generator) -> set[str]:
    """Return the things with what belongs to the hour and, now and then, something that makes a picture livelier."""
    full = set(things)
    if hour == "night":
        full |= {"stars"}
        if "aurora" not in full and "sun" not in full:
            full.add("moon")
    elif hour != "storm" and "moon" not in full:
        full.add("sun")
    if hour in {"day", "sunset", "dawn", "storm"}:
        full.add("clouds")
    if hour in {"sunset", "dawn", "day"} and rng.random() < 0.4:
        full.add("birds")
    if hour in {"night", "storm"}:
        full.discard("sun")
    return full - unwanted
