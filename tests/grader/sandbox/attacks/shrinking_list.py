"""Returns a list that shrinks while it is written, so that it holds less than it announced.

ending: unusable_value
says: What came back is no value.
"""


class Shrinking(float):
    def __float__(self):
        kept.clear()
        return 0.0


kept = [Shrinking(1.0), Shrinking(2.0)]


def attack():
    return kept
