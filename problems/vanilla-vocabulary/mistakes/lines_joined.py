# Line breaks are dropped.
def vocabulary(text):
    characters = sorted(set("".join(text.splitlines())))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
