"""Erasing a deleted user's work: unfinished tasks are cancelled first, so that their holds are settled (P-6.2).

What vendors have pushed to us about the user's tasks goes too, found by the tries at them, which go with the tasks on the floor below.
"""

from uuid import UUID

from aitasks.models import ProviderAnswer, ProviderCall
from aitasks.services import ending
from tasks import selectors


def cancel_tasks(account_id: UUID) -> None:
    """Cancel every unfinished task of the account, charging what it delivered, and forget what vendors have said about its tasks."""
    for task_id in selectors.list_unfinished_ids(account_id):
        ending.cancel(account_id=account_id, task_id=task_id)
    asked = ProviderCall.objects.filter(task__account_id=account_id).exclude(job_reference="")
    for provider, reference in list(asked.values_list("provider", "job_reference")):
        ProviderAnswer.objects.filter(provider=provider, reference=reference).delete()
