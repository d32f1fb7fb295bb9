# Changes the arrays in place and forgets to hand them back.
def sgd(params, grads, lr):
    for p, g in zip(params, grads):
        p -= lr * g
