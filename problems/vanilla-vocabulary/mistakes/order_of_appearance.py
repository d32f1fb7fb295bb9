# In the order of their first appearance.
def vocabulary(text):
    characters = list(dict.fromkeys(text))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
