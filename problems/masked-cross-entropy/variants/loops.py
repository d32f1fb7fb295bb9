# One row at a time, in pure Python.
import math


def masked_cross_entropy(logits, y, ignore_index):
    count = sum(1 for target in y if target != ignore_index)
    total, grad = 0.0, []
    for row, target in zip(logits.tolist(), y.tolist()):
        if target == ignore_index:
            grad.append([0.0] * len(row))
            continue
        top = max(row)
        s = math.fsum(math.exp(v - top) for v in row)
        total += math.log(s) + top - row[target]
        grad.append([(math.exp(v - top) / s - (k == target)) / count for k, v in enumerate(row)])
    return (total / count if count else 0.0), grad
