"""What the OpenAPI document shows of attempts."""

from typing import Any

from app.catalogue.examples import PROBLEM

LISTED_PROBLEM: dict[str, Any] = PROBLEM | {"solved": False, "tried": True}
SOURCE = "import numpy as np\n\n\ndef train_step(tokens, w_emb, w_h, w_out, h0, lr):\n    ...\n"
NEW_RUN: dict[str, Any] = {"source": SOURCE}
NEW_ATTEMPT: dict[str, Any] = {"source": SOURCE, "on_behalf_of": "lms-4711"}
_VERSION = "3ba5828727f13875b7bf3ebea7c92f60019b66f1b5f25166c0ca773e30452680"
_MISTAKE = (
    "Your gradient is n_steps times too large: the loss is the mean over the T - 1 predictions,"
    " so each of them counts only for its share."
)
_MESSAGE = (
    "w_out is wrong at 6 of 6 places, most at index [5]: 0.865857 instead of 0.682929"
    " (off by 0.183, allowed is 3.27e-07). The largest relative error is 1."
)
REPORT: dict[str, Any] = {
    "problem": "train-rnn-lm",
    "version": _VERSION,
    "verdict": "wrong_answer",
    "score": 0.0,
    "sandbox_tier": "strict",
    "wall_seconds": 0.021,
    "diagnosis": {"kind": "mistake", "name": "no_mean", "message": _MISTAKE, "outputs": ["w_out"]},
    "cases": [
        {
            "name": "three tokens by hand",
            "visibility": "public",
            "weight": 1.0,
            "verdict": "wrong_answer",
            "message": _MESSAGE,
            "hint": None,
            "cpu_seconds": 0.001,
            "wall_seconds": 0.001,
            "error": {
                "output": "w_out",
                "max_abs": 0.182929,
                "max_rel": 1.0,
                "tolerance": 3.27e-07,
                "index": [5],
            },
            "stdout": "",
            "differences": [
                {
                    "output": "w_out",
                    "shape": [6],
                    "count": 6,
                    "tolerance": 3.27e-07,
                    "worst": [5],
                    "got": [0.759888, 0.298813, -1.058701, -0.139379, 0.773521, 0.865857],
                    "expected": [0.879944, 0.149407, -1.029351, -0.069689, 0.886761, 0.682929],
                    "heat": [[3, 3, 3], [3, 3, 3]],
                }
            ],
            "raised": None,
            "returned": [],
        },
        {
            "name": "learning rate zero",
            "visibility": "hidden",
            "weight": 0.0,
            "verdict": "accepted",
            "message": "Right.",
            "hint": None,
            "cpu_seconds": 0.001,
            "wall_seconds": 0.001,
            "error": None,
            "stdout": None,
            "differences": [],
            "raised": None,
            "returned": [],
        },
    ],
}
QUEUED: dict[str, Any] = {
    "id": "019aa8c6-02b7-7d10-a1c3-0242ac120002",
    "problem": "train-rnn-lm",
    "version": _VERSION,
    "user": "019aa8c4-31f0-7a11-9d57-0242ac120002",
    "state": "queued",
    "verdict": None,
    "score": None,
    "after_solution": False,
    "report": None,
    "created_at": "2026-11-22T09:32:00Z",
    "graded_at": None,
}
GRADED: dict[str, Any] = QUEUED | {
    "state": "graded",
    "verdict": "wrong_answer",
    "score": 0.0,
    "report": REPORT,
    "graded_at": "2026-11-22T09:32:01Z",
}
SOLUTION: dict[str, Any] = {"problem": "train-rnn-lm", "source": SOURCE}
EVENTS = (
    'event: queued\ndata: {"place": 2}\n\n'
    "event: running\ndata: {}\nid: 1\n\n"
    'event: case\ndata: {"index": 0, "total": 17, "name": "three tokens by hand", ...}\nid: 2\n\n'
    'event: graded\ndata: {"problem": "train-rnn-lm", "verdict": "accepted", ...}\nid: 19\n\n'
)
