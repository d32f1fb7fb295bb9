# The first id is 1.
def vocabulary(text):
    characters = sorted(set(text))
    ids = {c: i for i, c in enumerate(characters, start=1)}
    return characters, ids
