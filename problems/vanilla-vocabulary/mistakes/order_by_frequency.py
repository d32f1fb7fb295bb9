# The most frequent characters first.
from collections import Counter


def vocabulary(text):
    counts = Counter(text)
    characters = sorted(counts, key=lambda c: (-counts[c], c))
    ids = {c: i for i, c in enumerate(characters)}
    return characters, ids
