# The characters' own numbers are taken for ids.
def vocabulary(text):
    characters = sorted(set(text))
    ids = {c: ord(c) for c in characters}
    return characters, ids
