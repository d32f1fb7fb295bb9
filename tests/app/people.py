"""Users for tests, made without their passwords' slow hashing."""

from app.accounts.models import Role, User
from app.context import Context


async def make(context: Context, name: str, role: Role = Role.LEARNER) -> User:
    """A stored user called `name`."""
    async with context.database.writing() as session:
        user = User(email=f"{name}@example.edu", name=name.title(), role=role)
        session.add(user)
    return user
