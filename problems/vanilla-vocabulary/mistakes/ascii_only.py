# Everything beyond ASCII is dropped.
def vocabulary(text):
    characters = sorted(set(text.encode("ascii", "ignore").decode()))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
