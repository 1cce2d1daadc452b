"""An app with a pipeline of three steps, each by a provider of its own. Installed by ``EXTRA_APPS=tests.apps.relay``."""
