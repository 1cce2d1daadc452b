"""Chat as a Django app; it contributes the open sessions to the user's profile."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """Chat sessions."""

    name = "chat"

    def ready(self) -> None:
        """Contribute the profile's ``chatSessions`` (G-2.1), and what is erased with a user (P-6.2)."""
        from accounts import erasure, profile  # noqa: PLC0415 - models are not loaded before ready()
        from chat import selectors  # noqa: PLC0415 - models are not loaded before ready()
        from chat.services import erasing  # noqa: PLC0415 - models are not loaded before ready()

        profile.contribute("chatSessions", selectors.get_profile_sessions)
        erasure.contribute("chats", erasing.erase_chats)
