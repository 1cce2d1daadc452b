"""Contract P's doors in accounts: the user's own record, settings, apps and keys."""

from accounts.api.platform.apps import AppEnabled, Apps
from accounts.api.platform.keys import Key, Keys
from accounts.api.platform.profile import Profile
from accounts.api.platform.settings import AppSettings, OneAppSetting, Settings

__all__ = ["AppEnabled", "AppSettings", "Apps", "Key", "Keys", "OneAppSetting", "Profile", "Settings"]
