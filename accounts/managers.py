"""Django's way of making users, for its own commands (``createsuperuser``)."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

from accounts.emails import normalise

if TYPE_CHECKING:
    from accounts.models import User


class UserManager(BaseUserManager["User"]):
    """Finds users by address, however it is written."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, whatever its case."""
        return super().get_by_natural_key(normalise(username or ""))

    def create_superuser(self, email: str, password: str | None = None, **names: Any) -> "User":
        """Return a new member of staff who may do everything."""
        user = self.model(email=normalise(email), is_staff=True, is_superuser=True, **names)
        user.set_password(password)
        user.save(using=self._db)
        return user
