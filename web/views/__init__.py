"""Pages for people. A page parses, calls one service and renders; the playground's script calls the public API like any other client."""

from web.views.failures import error_page

__all__ = ["error_page"]
