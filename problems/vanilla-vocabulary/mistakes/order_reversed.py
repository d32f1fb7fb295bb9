# Sorted the wrong way round.
def vocabulary(text):
    characters = sorted(set(text), reverse=True)
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
