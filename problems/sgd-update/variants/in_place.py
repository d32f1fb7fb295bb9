# The arrays themselves change, and the list that came in goes out.
def sgd(params, grads, lr):
    for i in range(len(params)):
        params[i] -= lr * grads[i]
    return params
