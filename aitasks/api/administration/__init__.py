"""Contract P, administration: tasks, prices, providers (P-6.1), a file each."""

from aitasks.api.administration.pricing import Pricing
from aitasks.api.administration.providers import Providers
from aitasks.api.administration.tasks import CancelTask, OneTask, RetryTask, Tasks

__all__ = ["CancelTask", "OneTask", "Pricing", "Providers", "RetryTask", "Tasks"]
