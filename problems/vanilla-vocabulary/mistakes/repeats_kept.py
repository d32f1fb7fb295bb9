# A character that occurs twice is listed twice.
def vocabulary(text):
    characters = sorted(text)
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
