# Divides by the squares.
def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + g**2
        p = p - lr * g / (m + 1e-8)
    return p, m
