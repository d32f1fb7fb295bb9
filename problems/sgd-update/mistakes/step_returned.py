# The steps instead of the parameters after them.
def sgd(params, grads, lr):
    return [-lr * g for p, g in zip(params, grads)]
