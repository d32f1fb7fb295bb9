"""The language model in torch, an epoch at a time, for `benchmarks.training` to be compared with.

Run by the interpreter of the oracles' environment, with the path of an .npz: all batches' X and Y, `size`
rows to a batch, the parameters of `reference.char_lm`, lr and theta. For each line on stdin it trains one
epoch from these very parameters, and writes the seconds and the perplexity as JSON.
"""

import json
import sys
import time

import numpy as np


def main() -> None:
    # In here, so that the module can be imported where there is no torch.
    import torch  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415

    torch.set_num_threads(1)
    with np.load(sys.argv[1]) as given:
        X, Y = torch.from_numpy(given["X"]), torch.from_numpy(given["Y"])
        start = [torch.from_numpy(given[name]) for name in ("W_xh", "W_hh", "b_h", "W_hq", "b_q")]
        size, lr, theta = int(given["size"]), float(given["lr"]), float(given["theta"])
    W_xh, W_hh, b_h, W_hq, b_q = start
    tokens, hidden = W_xh.shape
    for _ in sys.stdin:
        rnn = torch.nn.RNN(tokens, hidden, dtype=W_xh.dtype)
        out = torch.nn.Linear(hidden, tokens, dtype=W_xh.dtype)
        with torch.no_grad():
            rnn.weight_ih_l0.copy_(W_xh.T)
            rnn.weight_hh_l0.copy_(W_hh.T)
            rnn.bias_ih_l0.copy_(b_h)
            rnn.bias_hh_l0.zero_()
            out.weight.copy_(W_hq.T)
            out.bias.copy_(b_q)
        rnn.bias_hh_l0.requires_grad_(False)  # torch has a second bias, which would double what b_h learns
        learnt = [p for p in (*rnn.parameters(), *out.parameters()) if p.requires_grad]
        sgd = torch.optim.SGD(learnt, lr=lr)
        started = time.perf_counter()
        surprise = 0.0
        for x, y in zip(X.split(size), Y.split(size), strict=True):
            states, _ = rnn(torch.nn.functional.one_hot(x.T, tokens).to(W_xh.dtype))
            logits = out(states)  # (T, B, V)
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), y.T.flatten())
            sgd.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learnt, theta)
            sgd.step()
            surprise += loss.item() * y.numel()
        seconds = time.perf_counter() - started
        sys.stdout.write(json.dumps([seconds, float(np.exp(surprise / Y.numel()))]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
