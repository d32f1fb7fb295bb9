# The sum of squares is taken for the norm.
def clip(grads, theta):
    norm = sum((g**2).sum() for g in grads)
    return [g * theta / norm if norm > theta else g for g in grads]
