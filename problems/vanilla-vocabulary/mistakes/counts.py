# How often a character occurs instead of its id.
def vocabulary(text):
    characters = sorted(set(text))
    ids = {c: text.count(c) for c in characters}
    return characters, ids
