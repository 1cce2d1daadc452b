"""Endpoints that somebody has deprecated, by the one declaration in ``api.py``: nothing else of the product knows of it (G-7.2)."""
