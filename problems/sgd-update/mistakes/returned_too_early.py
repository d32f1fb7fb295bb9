# The return stands inside the loop.
def sgd(params, grads, lr):
    moved = []
    for p, g in zip(params, grads):
        moved.append(p - lr * g)
        return moved
