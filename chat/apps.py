"""Chat as a Django app; it contributes the open sessions to the user's profile."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Chat sessions."""

    name = "chat"

    def ready(self) -> None:
        """Contribute the profile's ``chatSessions`` (G-2.1)."""
        from accounts import profile  # noqa: PLC0415 - models are not loaded before ready()
        from chat import selectors  # noqa: PLC0415 - models are not loaded before ready()

        profile.contribute("chatSessions", selectors.get_profile_sessions)
