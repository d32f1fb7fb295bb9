# White space at the ends is dropped.
def vocabulary(text):
    characters = sorted(set(text.strip()))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
