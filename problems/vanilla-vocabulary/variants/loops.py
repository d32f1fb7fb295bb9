# Character by character, with a list that is searched.
def vocabulary(text):
    characters = []
    for c in text:
        if c not in characters:
            characters.append(c)
    characters.sort()
    ids = {}
    for i in range(len(characters)):
        ids[characters[i]] = i
    return characters, ids
