# Each new character is put where it belongs; a tuple comes back.
from bisect import bisect_left


def vocabulary(text):
    characters = []
    for c in text:
        place = bisect_left(characters, c)
        if place == len(characters) or characters[place] != c:
            characters.insert(place, c)
    return tuple(characters), dict(zip(characters, range(len(characters))))
