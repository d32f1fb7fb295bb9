# Everything is made lower case.
def vocabulary(text):
    characters = sorted(set(text.lower()))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
