# Only matrices learn.
def sgd(params, grads, lr):
    return [p - lr * g if p.ndim > 1 else p for p, g in zip(params, grads)]
