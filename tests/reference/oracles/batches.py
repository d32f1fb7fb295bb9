"""Windows as torch's `unfold` cuts them, and batches as its DataLoader makes them. Run by script/oracles.

Prints JSON: for each case its inputs and what torch makes of them.
"""

import json
import sys
from typing import Any

import torch  # type: ignore[import-not-found, unused-ignore]
from torch.nn.utils.rnn import pad_sequence  # type: ignore[import-not-found, unused-ignore]
from torch.utils.data import DataLoader  # type: ignore[import-not-found, unused-ignore]

WINDOWS = [(7, 3), (10, 1), (4, 3), (3, 3), (1, 2), (0, 1)]  # tokens and length
BATCHES: dict[str, dict[str, Any]] = {
    "last one partial": {"lengths": [3, 5, 2, 4, 6], "size": 2, "drop_last": False},
    "last one dropped": {"lengths": [3, 5, 2, 4, 6], "size": 2, "drop_last": True},
    "none partial": {"lengths": [4, 2, 3, 7], "size": 2, "drop_last": True},
    "one batch of all": {"lengths": [2, 3, 4], "size": 8, "drop_last": False},
    "nothing left": {"lengths": [2, 3, 4], "size": 8, "drop_last": True},
    "one at a time": {"lengths": [2, 1, 4], "size": 1, "drop_last": False},
}
PAD = 0


def windows(tokens: torch.Tensor, length: int) -> list[Any]:
    """Every window and the same moved on by one, from windows that are one longer."""
    if len(tokens) <= length:
        return []
    return [[window[:-1].tolist(), window[1:].tolist()] for window in tokens.unfold(0, length + 1, 1)]


def collate(sequences: list[torch.Tensor]) -> list[Any]:
    columns: list[tuple[list[torch.Tensor], Any]] = [
        ([sequence[:-1] for sequence in sequences], PAD),
        ([sequence[1:] for sequence in sequences], PAD),
        ([torch.ones(len(sequence) - 1, dtype=torch.bool) for sequence in sequences], False),
    ]
    return [pad_sequence(rows, batch_first=True, padding_value=fill).tolist() for rows, fill in columns]


def main() -> None:
    torch.manual_seed(1)
    recorded: dict[str, list[Any]] = {"windows": [], "batches": []}
    for count, length in WINDOWS:
        tokens = torch.randint(0, 9, (count,))
        found = windows(tokens, length)
        recorded["windows"].append({"tokens": tokens.tolist(), "length": length, "windows": found})
    for case in BATCHES.values():
        sequences = [torch.randint(0, 9, (length,)) for length in case["lengths"]]
        order = torch.randperm(len(sequences)).tolist()
        loader = DataLoader(
            sequences,
            batch_size=case["size"],
            sampler=order,
            collate_fn=collate,
            drop_last=case["drop_last"],
        )
        recorded["batches"].append(
            {
                "sequences": [sequence.tolist() for sequence in sequences],
                "size": case["size"],
                "permutation": order,
                "pad_id": PAD,
                "drop_last": case["drop_last"],
                "batches": list(loader),
            }
        )
    json.dump(recorded, sys.stdout)


if __name__ == "__main__":
    main()
