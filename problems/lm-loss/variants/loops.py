# One prediction after another.
import math


def lm_loss(logits, Y):
    total, count = 0.0, 0
    for rows, targets in zip(logits.tolist(), Y.tolist()):
        for z, y in zip(rows, targets):
            top = max(z)
            total += top + math.log(math.fsum(math.exp(v - top) for v in z)) - z[y]
            count += 1
    return total / count, math.exp(total / count)
