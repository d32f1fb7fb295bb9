"""How secrets are stored: those that we make up as SHA-256, passwords, which can be guessed, as argon2."""

import asyncio
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

LONGEST_PASSWORD = 1000  # what argon2 is made to chew on

_ARGON2 = PasswordHash((Argon2Hasher(),))
# Each hash takes 64 MiB: a flood of sign-ins waits here and does not take the machine's memory.
_HASHING = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


def digest(secret: str) -> str:
    """What is stored of a secret of ours; it is too long to be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


async def hashed(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _ARGON2.hash, password)


async def is_password(password: str, known: str | None) -> bool:
    """Whether this is the password stored as `known`. Takes as long where there is none."""
    if len(password) > LONGEST_PASSWORD or not is_text(password):
        password, known = "", None
    right = await _in_thread_verify(password, known or await _nobodys_hash())
    return right and known is not None


def is_text(text: str) -> bool:
    """Whether it can be written down at all: a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


async def _in_thread_verify(password: str, password_hash: str) -> bool:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _ARGON2.verify, password, password_hash)


async def _nobodys_hash() -> str:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _made_up_hash)


@cache
def _made_up_hash() -> str:
    return _ARGON2.hash(secrets.token_urlsafe())
