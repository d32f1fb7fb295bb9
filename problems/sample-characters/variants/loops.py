# No search: walk along the ruler until the number lies behind. A list comes back.
import math


def sample(h, seed_id, count, u, params):
    Wxh, Whh, Why, bh, by = (p.tolist() for p in params)
    state = [row[0] for row in h.tolist()]
    n, V = len(bh), len(by)
    ids = []
    read = int(seed_id)
    for number in u.tolist():
        state = [
            math.tanh(Wxh[a][read] + sum(Whh[a][b] * state[b] for b in range(n)) + bh[a][0]) for a in range(n)
        ]
        y = [sum(Why[v][a] * state[a] for a in range(n)) + by[v][0] for v in range(V)]
        top = max(y)
        p = [math.exp(v - top) for v in y]
        total = sum(p)
        reached = 0.0
        for read in range(V):
            reached += p[read] / total
            if number < reached:
                break
        ids.append(read)
    return ids
