# Cut at three places; the two matrices that end in n columns come out of one block.
import numpy as np


def init(sizes, sigma, normal_draws):
    I, n, V = sizes
    hidden, output, _ = np.split(sigma * normal_draws, [(I + n) * n, (I + n + V) * n])
    hidden = hidden.reshape(I + n, n)
    return hidden[:I], hidden[I:], np.zeros(n), output.reshape(n, V), np.zeros(V, dtype=int)
