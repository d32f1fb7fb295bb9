# The place of the first appearance instead of the place in the list.
def vocabulary(text):
    characters = sorted(set(text))
    ids = {c: text.index(c) for c in characters}
    return characters, ids
