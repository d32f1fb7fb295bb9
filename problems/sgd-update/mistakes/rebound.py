# p names a new array; the list still holds the old one.
def sgd(params, grads, lr):
    for p, g in zip(params, grads):
        p = p - lr * g
    return params
