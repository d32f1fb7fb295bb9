# Adds the step instead of subtracting it.
def sgd(params, grads, lr):
    return [p + lr * g for p, g in zip(params, grads)]
