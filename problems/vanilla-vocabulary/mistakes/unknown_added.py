# A sign for unknown characters is added.
def vocabulary(text):
    characters = ["<unk>", *sorted(set(text))]
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
