# The memory grows, and is not used.
def adagrad(p, grads, m, lr):
    for g in grads:
        m = m + g**2
        p = p - lr * g
    return p, m
