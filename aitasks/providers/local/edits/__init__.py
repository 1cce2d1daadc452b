"""``transform``: a source changed by wishes in ordinary words; ``wishes`` reads the words, the other modules know what can be done."""
