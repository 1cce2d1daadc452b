"""Python client of Tollgate.

``generated`` is written from the OpenAPI document by ``make sdk``: a function for every endpoint, a class for every body. What stands
beside it is what code generation does badly: waiting for a task with progress, streams that resume, files.
"""

from tollgate.client import Tollgate
from tollgate.errors import ApiError, TaskFailed, TookTooLong
from tollgate.generated import models

__all__ = ["ApiError", "TaskFailed", "Tollgate", "TookTooLong", "models"]
