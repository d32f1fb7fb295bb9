"""What the OpenAPI document shows of problems, cases and versions."""

from typing import Any

NEW_CASE: dict[str, Any] = {
    "name": "one token again and again",
    "visibility": "hidden",
    "hint": "What if every input is the same?",
    "seed": 8,
    "sizes": {"T": 10, "V": 10, "d_emb": 4, "d_h": 6},
    "given": {"lr": 0.5},
    "draws": {"tokens": {"draw": "repeat"}, "w_out": {"scale": 30}},
    "layout": "F",
}
CASE: dict[str, Any] = NEW_CASE | {
    "id": "019aa8c7-55d2-7f90-b2e4-0242ac120002",
    "origin": "stored",
    "created_at": "2026-11-22T09:33:00Z",
    "retired_at": None,
}
_SCORE: dict[str, Any] = {
    "total": 28,
    "caught": 28,
    "score": 1.0,
    "survivors": [],
    "caught_once": [],
    "unobservable": ["dh_next_missing"],
}
PREVIEW: dict[str, Any] = {
    "name": "one token again and again",
    "visibility": "hidden",
    "weight": 1.0,
    "raises": [],
    "inputs": [{"name": "tokens", "kind": "float64", "shape": [10], "symbolic": "(T,)"}],
    "outputs": [
        {
            "name": "w_out",
            "kind": "float64",
            "shape": [60],
            "symbolic": "(d_h * V,)",
            "tolerance": 2.1e-05,
            "condition": 3.4,
            "value": None,
        }
    ],
    "caught": [{"name": "no_mean", "message": "Your gradient is n_steps times too large."}],
    "missed": [{"name": "unstable_softmax", "message": "Your softmax overflows."}],
    "adds": [],
    "mutation_before": _SCORE,
    "mutation_after": _SCORE,
    "suggestions": [],
}
QUALITY: dict[str, Any] = {
    "mutation": _SCORE,
    "outputs": [{"name": "w_out", "accepted": 0.09, "nearest": "weight_decay", "distance": 53300.0}],
    "cases": [
        {
            "name": "three tokens by hand",
            "visibility": "public",
            "caught": 26,
            "needed_for": [],
            "condition": 2.1,
        }
    ],
    "mistakes": [
        {
            "name": "no_mean",
            "message": "Your gradient is n_steps times too large.",
            "outputs": ["w_out"],
            "observable": True,
            "caught_by": 1,
            "margins": [{"caught": True, "margin": 91000.0, "outputs": ["w_out"]}],
        }
    ],
}
CASE_DETAIL: dict[str, Any] = CASE | {"preview": PREVIEW}
PROBLEM: dict[str, Any] = {
    "slug": "train-rnn-lm",
    "title": "Train RNN Language Model",
    "summary": "One training step by hand: embedding, RNN, softmax, BPTT, SGD.",
    "track": "rnn-lm-by-hand",
    "track_title": "RNN language model by hand",
    "place": 1,
    "topics": ["rnn", "bptt"],
    "difficulty": "hard",
    "entry_point": "train_step",
}
VERSION: dict[str, Any] = {
    "id": "3ba5828727f13875b7bf3ebea7c92f60019b66f1b5f25166c0ca773e30452680",
    "problem": "train-rnn-lm",
    "current": True,
    "mutation_score": 1.0,
    "cases": [
        {"name": "three tokens by hand", "visibility": "public", "weight": 1.0},
        {"name": "learning rate zero", "visibility": "hidden", "weight": 0.0},
    ],
    "created_at": "2026-11-22T09:30:02Z",
}
PROBLEM_DETAIL: dict[str, Any] = PROBLEM | {
    "statement": "Write one training step ... $h_t = \\tanh([x_t, h_{t-1}] W_h)$ ...",
    "statement_html": "<p>Write one training step ...</p>",
    "starter": "def train_step(tokens, w_emb, w_h, w_out, h0, lr):\n    ...\n",
    "hints": ["The last token predicts nothing."],
    "limits": {"cpu_seconds": 2.0, "memory_mb": 256},
    "signature": {
        "sizes": {"T": {"min": 2, "max": 500}},
        "inputs": {"lr": {"draw": "constant", "shape": [], "as": "float64", "value": 0.5}},
        "outputs": {"w_out": {"shape": ["d_h * V"], "updates": "w_out"}},
    },
    "version": VERSION["id"],
    "mutation_score": 1.0,
    "public_cases": [],
}
