"""What an e-mail address, a name and a password may be, and how a wrong one is refused."""

from app.accounts.hashing import LONGEST_PASSWORD, is_text
from app.errors import FieldError, Unusable

SHORTEST_PASSWORD = 10


def refuse(complaints: list[FieldError]) -> None:
    """Raises Unusable naming the fields, if there is anything to complain of."""
    if complaints:
        raise Unusable(" ".join(complaint.message for complaint in complaints), errors=tuple(complaints))


def wrong_email(email: str) -> list[FieldError]:
    local, at, domain = email.rpartition("@")
    fits = local and at and domain and len(email) <= 254 and email.isprintable() and " " not in email
    return [] if fits else [FieldError("email", "This is not an e-mail address.")]


def wrong_name(name: str) -> list[FieldError]:
    if len(name) <= 200 and name.isprintable():
        return []
    return [FieldError("name", "A name is one line of at most 200 characters.")]


def wrong_password(password: str, field: str = "password") -> list[FieldError]:
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD and is_text(password):
        return []
    return [FieldError(field, f"A password has at least {SHORTEST_PASSWORD} characters.")]
