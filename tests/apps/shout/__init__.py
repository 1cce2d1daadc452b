"""A Django app that somebody else could have written: one feature, one provider, nothing of ours touched."""
