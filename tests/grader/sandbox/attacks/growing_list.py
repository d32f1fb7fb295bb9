"""Returns a list that grows while it is written.

ending: unusable_value
says: too many values
"""


class Growing(float):
    def __float__(self):
        kept.append(self)
        return 0.0


kept = [Growing(1.0)]


def attack():
    return kept
