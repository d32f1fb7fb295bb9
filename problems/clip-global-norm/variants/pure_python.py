# No NumPy, and the squares are summed exactly.
import math


def clip(grads, theta):
    lists = [g.tolist() for g in grads]
    rows = [row for g in lists for row in (g if isinstance(g[0], list) else [g])]
    norm = math.sqrt(math.fsum(x * x for row in rows for x in row))
    factor = 1.0 if norm <= theta else theta / norm
    return [
        [[x * factor for x in row] for row in g] if isinstance(g[0], list) else [x * factor for x in g]
        for g in lists
    ]
