"""Filters that write facts as people read them. Times are in UTC, and say so."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
WHOLE_CURRENCIES = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
"""Stripe counts these in whole units (https://docs.stripe.com/currencies#zero-decimal)."""


@register.filter
def moment(at: datetime) -> SafeString:
    """Return the time for people and, in its element, for machines."""
    shown = at.astimezone(UTC)
    return format_html('<time datetime="{}">{}</time>', shown.isoformat(timespec="seconds"), f"{shown.day} {shown:%B %Y, %H:%M} UTC")


@register.filter
def instant(at: str) -> SafeString:
    """Return a time of the contracts (RFC 3339) as :func:`moment` writes it."""
    return moment(datetime.fromisoformat(at))


@register.filter
def minus(number: int) -> str:
    """Return the number with a true minus sign, which lines up with a plus."""
    return str(number).replace("-", "\N{MINUS SIGN}")


@register.filter
def grouped(number: int) -> str:
    """Return a whole number with its thousands apart."""
    return f"{number:,}"


@register.filter
def money(amount: int, currency: str) -> str:
    """Return an amount in a currency's smallest unit as people write it; some currencies have no smaller unit."""
    return (
        f"{amount} {currency.upper()}" if currency.lower() in WHOLE_CURRENCIES else f"{amount // 100}.{amount % 100:02d} {currency.upper()}"
    )
