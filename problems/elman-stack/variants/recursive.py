# A stack is its lowest layer and the stack above it; one sequence at a time.
import numpy as np


def layer(xs, W, U, b, h):
    states = []
    for x in xs:
        h = np.tanh(np.concatenate([x, h]) @ np.concatenate([W, U]) + b)
        states.append(h)
    return np.array(states)


def elman_stack(X, layers, h0):
    first, *above = layers
    H = np.array([layer(xs, *first, h) for xs, h in zip(X, h0[0])])
    if not above:
        return H, [H[:, -1]]
    out, states = elman_stack(H, above, h0[1:])
    return out, [H[:, -1], *states]
