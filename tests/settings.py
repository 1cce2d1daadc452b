"""Django's settings for tests: the product's own, in demo mode and on a data folder apart unless the environment says otherwise.

pytest-django loads settings before any conftest is read, so this cannot be a fixture. Processes that a test starts get their environment
from the test, not from here.
"""

import os

os.environ.setdefault("DEMO", "1")
os.environ.setdefault("DATA_DIR", ".cache/tests")
# Tests queue as many tasks as they like; those of the limit set it themselves.
os.environ.setdefault("PLAN_SIMULTANEOUS_TASKS", "free=1000000,basic=1000000,premium=1000000")

from config.settings import *  # noqa: F403 - the settings read the environment that the lines above complete
