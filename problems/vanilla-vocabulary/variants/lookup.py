# By the characters' numbers in Unicode, which have the same order.
def vocabulary(text):
    numbers = sorted({ord(c) for c in text})
    characters = list(map(chr, numbers))
    return [characters, {c: characters.index(c) for c in text}]
