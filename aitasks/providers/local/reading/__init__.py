"""``extract``: text and facts read out of images, documents and sounds. Strangers' parsers run in a jailed process (see ``jail``)."""
