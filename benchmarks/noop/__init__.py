"""A Django app with a feature that does nothing: what remains is what the platform costs."""
