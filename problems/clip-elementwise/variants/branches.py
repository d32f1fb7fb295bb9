# Number by number, in plain Python.
def limited(x, c):
    if isinstance(x, list):
        return [limited(item, c) for item in x]
    if x > c:
        return c
    if x < -c:
        return -c
    return x


def clip(grads, c):
    return [limited(g.tolist(), c) for g in grads]
