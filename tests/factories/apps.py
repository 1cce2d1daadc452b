"""Makes apps."""

from accounts.models import App

STUDIO, READER = ("imagine", "transform"), ("extract", "inspire")


def make_app(slug: str, *apis: str, is_on: bool = True) -> App:
    """Return a new app that needs these APIs."""
    return App.objects.create(slug=slug, title=slug.title(), description=f"The {slug}.", apis=list(apis), is_on=is_on)
