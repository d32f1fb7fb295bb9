# Everything but letters is dropped.
def vocabulary(text):
    characters = sorted(c for c in set(text) if c.isalpha())
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
