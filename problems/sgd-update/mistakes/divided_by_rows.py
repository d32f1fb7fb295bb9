# Takes the mean over the batch a second time, and mistakes the rows of a parameter for the batch.
def sgd(params, grads, lr):
    return [p - lr * g / len(g) for p, g in zip(params, grads)]
