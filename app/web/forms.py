"""What every form needs: where to go afterwards, and which field is wrong."""

from urllib.parse import urlsplit

from app.errors import Refusal


def safe_next(target: str, otherwise: str = "/problems") -> str:
    """`target` if it is a path of this service: a link must not send people elsewhere after signing in."""
    parts = urlsplit(target) if target.isprintable() and "\\" not in target else None
    inside = (
        parts is not None
        and target.startswith("/")
        and not target.startswith("//")
        and not (parts.scheme or parts.netloc)
    )
    return target if inside else otherwise


def wrong_fields(refusal: Refusal | None) -> dict[str, str]:
    """The messages of a refusal by field; the first one counts where a field has several."""
    found: dict[str, str] = {}
    for error in refusal.errors if refusal else ():
        found.setdefault(error.field, error.message)
    return found
