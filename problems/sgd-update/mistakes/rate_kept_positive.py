# A guard that the formula does not have.
def sgd(params, grads, lr):
    lr = max(lr, 0.0)
    return [p - lr * g for p, g in zip(params, grads)]
