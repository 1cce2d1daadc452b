"""An app with a feature whose pace and fate a test decides: for tests that interrupt work. Installed by ``EXTRA_APPS=tests.apps.slow``."""
