# Sorted as if capitals were small letters.
def vocabulary(text):
    characters = sorted(set(text), key=lambda c: (c.lower(), c))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
