"""The app's registration with Django."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """See docs/architecture.md for what this floor is."""

    name = "tasks"

    def ready(self) -> None:
        """Give accounts the uploaded files that become avatars (P-4.1), and contribute what is erased with a user (P-6.2)."""
        from accounts import erasure  # noqa: PLC0415 - models are not loaded before ready()
        from accounts.above import answers  # noqa: PLC0415 - as above
        from tasks.services import erasing, files  # noqa: PLC0415 - as above

        answers.copy_upload = lambda account_id, file_id, into: files.copy_file(account_id=account_id, file_id=file_id, into=into)
        erasure.contribute("tasks, files and deliveries", erasing.erase_work)
