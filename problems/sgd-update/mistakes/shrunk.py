# Weight decay, which is a habit from elsewhere.
def sgd(params, grads, lr):
    return [p - lr * (g + 0.01 * p) for p, g in zip(params, grads)]
