"""What the OpenAPI document shows of accounts."""

from typing import Any

ME: dict[str, Any] = {
    "id": "019aa8c4-31f0-7a11-9d57-0242ac120002",
    "email": "ada@example.edu",
    "external_id": None,
    "name": "Ada",
    "role": "instructor",
    "scopes": ["attempts:write", "problems:read", "problems:write", "results:read"],
    "created_at": "2026-11-22T09:30:00Z",
}
EXPORT: dict[str, Any] = {
    "exported_at": "2026-11-26T08:00:00Z",
    "account": {
        "id": "019aa8c4-31f0-7a11-9d57-0242ac120002",
        "email": "ada@example.edu",
        "external_id": None,
        "name": "Ada",
        "role": "learner",
        "created_at": "2026-11-22T09:30:00Z",
    },
    "attempt": [
        {
            "id": "019aa8c6-02b4-7f0e-8b1c-0242ac120002",
            "problem": "train-rnn-lm",
            "source": "def train_step(...): ...",
            "verdict": "accepted",
        }
    ],
    "token": [],
}
PROOF: dict[str, Any] = {"password": "correct horse battery"}
NEW_TOKEN: dict[str, Any] = {
    "name": "gradebook",
    "scopes": ["problems:read", "results:read"],
    "expires_days": 90,
}
TOKEN: dict[str, Any] = {
    "id": "019aa8c5-7e3a-7c42-8f0b-0242ac120002",
    "name": "gradebook",
    "prefix": "hg_R3x9aQ",
    "scopes": ["problems:read", "results:read"],
    "created_at": "2026-11-22T09:31:00Z",
    "expires_at": "2027-02-20T09:31:00Z",
}
CREATED_TOKEN: dict[str, Any] = TOKEN | {"token": "hg_R3x9aQ... (shown this once)"}
