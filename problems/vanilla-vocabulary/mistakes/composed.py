# A letter and the accent after it are put together first.
def vocabulary(text):
    characters = sorted(set(text.replace("e\u0301", "\u00e9")))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
