"""The two pages that people see: checkout and the customer portal. Plain HTML, one style sheet inside, no script, nothing fetched.

Every page says at its top that it is a simulation and that no money moves.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from billing.simulator import checkout, forms, subscriptions
from billing.simulator.forms import Params
from billing.simulator.invoices import DECLINED
from billing.simulator.refusals import Refused
from billing.simulator.state import State, Thing

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f4f5f8;color:#1b1f2a;font:17px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
.simulation{margin:0;padding:.7rem 1rem;background:#ffd54a;color:#1b1f2a;text-align:center;font-weight:600}
main{max-width:34rem;margin:2.5rem auto;padding:2rem;background:#fff;border:1px solid #d5d9e2;border-radius:12px}
h1{margin:0 0 .3rem;font-size:1.5rem}h2{margin:2rem 0 .5rem;font-size:1.1rem}
p{margin:.4rem 0}.quiet{color:#565e70}
table{width:100%;border-collapse:collapse;margin:1.2rem 0}
th,td{padding:.55rem .6rem .55rem 0;border-bottom:1px solid #e3e6ed;text-align:left;font-weight:400;vertical-align:top}
thead th{color:#565e70;font-size:.9rem}tfoot th,tfoot td{border:0;font-weight:700;font-size:1.15rem}
.sum{padding-right:0;text-align:right;white-space:nowrap}
.alert{margin:.9rem 0;padding:.8rem 1rem;border-left:5px solid #b3261e;background:#fdecea;color:#7d1711}
form{display:grid;gap:.7rem;margin-top:1.2rem}
button,.button{display:block;width:100%;padding:.8rem 1rem;border:2px solid #2b3a8f;border-radius:8px;background:#fff;color:#2b3a8f;
font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.main{background:#2b3a8f;color:#fff}.bad{border-color:#b3261e;color:#b3261e}.plain{border-color:transparent}
button:hover,.button:hover{filter:brightness(.92)}
:focus-visible{outline:3px solid #ff8f00;outline-offset:2px}
summary{margin-top:1rem;color:#565e70;cursor:pointer}
a{color:#2b3a8f}
@media(max-width:36rem){main{margin:0;border:0;border-radius:0;padding:1.3rem}}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
WHOLE_UNITS = {"jpy", "krw", "vnd", "clp", "isk"}
"""Currencies without a smaller unit, the more common ones."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page or a redirect."""

    html: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: HEADERS)


def _page(title: str, content: str, *, status: int = 200) -> Shown:
    return Shown(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} (simulation)</title><style>{STYLE}</style></head><body>"
        f'<p class="simulation" role="note">Simulation: this is not Stripe, and no money moves.</p><main>{content}</main></body></html>',
        status,
    )


def _go(url: str) -> Shown:
    return Shown("", 303, {**HEADERS, "Location": url})


def money(amount: int, currency: str) -> str:
    """Return an amount in words for people: ``12.50 USD``."""
    sign, amount = "-" if amount < 0 else "", abs(amount)
    number = str(amount) if currency in WHOLE_UNITS else f"{amount // 100:,}.{amount % 100:02}"
    return f"{sign}{number} {currency.upper()}"


def day(at: int) -> str:
    """Return a date for people: ``20 Nov 2026``."""
    moment = datetime.fromtimestamp(at, UTC)
    return f"{moment.day} {moment:%b %Y}"


def _every(price: Thing) -> str:
    recurring = price["recurring"]
    if recurring is None:
        return ""
    count = recurring["interval_count"]
    return f"every {recurring['interval']}" if count == 1 else f"every {count} {recurring['interval']}s"


def _button(words: str, name: str, *, look: str, **facts: str) -> str:
    inputs = "".join(f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">' for key, value in facts.items())
    return f'{inputs}<button class="{look}" name="action" value="{name}">{escape(words)}</button>'


def refusal_page(refused: Refused) -> Shown:
    """Return the page that says why something was not done."""
    content = f'<h1>That did not work</h1><p class="alert" role="alert">{escape(refused.message)}</p>'
    return _page("That did not work", content, status=refused.status)


def checkout_page(state: State, id: str, params: Params, *, posted: bool) -> Shown:
    """Show what a checkout session sells, and do what the person chose."""
    session = state.get("checkout.session", id)
    if not posted:
        return _show_session(state, session, declined="declined" in params)
    action = forms.choice(params, "action", "pay decline leave")
    if action == "leave":
        return _go(session["cancel_url"] or session["success_url"])
    if action == "decline":
        checkout.decline(state, session)
        return _go("?declined=1")
    if session["status"] != "complete":
        checkout.pay(state, session)
    return _go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _show_session(state: State, session: Thing, *, declined: bool) -> Shown:
    if session["status"] == "complete":
        url = escape(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        return _page("Already paid", f'<h1>This is already paid</h1><p><a class="button main" href="{url}">Continue</a></p>')
    if session["status"] == "expired" or session["expires_at"] <= state.now():
        back = f'<p><a class="button" href="{escape(session["cancel_url"])}">Back</a></p>' if session["cancel_url"] else ""
        return _page("Expired", f"<h1>This checkout has expired</h1><p>Nothing was paid. Please start again.</p>{back}", status=410)
    items = state.note(session["id"])["line_items"]
    total = money(session["amount_total"], session["currency"])
    every = _every(items[0]["price"])
    alert = f'<p class="alert" role="alert">{DECLINED} Nothing was paid. You can try again.</p>' if declined else ""
    customer = state.objects.get(session["customer"] or "", {})
    email = customer.get("email") or session["customer_email"]
    buyer = f'<p class="quiet">For {escape(email)}</p>' if email else ""
    heading = "Subscribe" if session["mode"] == "subscription" else "Pay once"
    head = '<thead><tr><th scope="col">What</th><th scope="col" class="sum">Price</th></tr></thead>'
    due = f'<tfoot><tr><th scope="row">Due today</th><td class="sum">{total}</td></tr></tfoot>'
    choices = (
        f'<form method="post">{_button(f"Pay {total}", "pay", look="main")}{_button("Card declined", "decline", look="bad")}'
        f"{_button('Back without paying', 'leave', look='plain')}</form>"
    )
    again = f'<p class="quiet">Renews {every} for {total} until it is cancelled.</p>' if every else ""
    table = f"<table>{head}<tbody>{''.join(_item_row(item) for item in items)}</tbody>{due}</table>"
    return _page(heading, f"<h1>{heading}</h1>{buyer}{alert}{table}{again}{choices}")


def _item_row(item: Thing) -> str:
    words = f"{item['quantity']} × {item['description']}" if item["quantity"] > 1 else item["description"]
    every = _every(item["price"])
    note = f'<br><span class="quiet">{every}</span>' if every else ""
    return f'<tr><td>{escape(words)}</td><td class="sum">{money(item["amount_total"], item["currency"])}{note}</td></tr>'


def portal_page(state: State, id: str, params: Params, *, posted: bool) -> Shown:
    """Show a customer's subscriptions and invoices, and do what the person chose."""
    visit = state.get("billing_portal.session", id)
    if not posted:
        return _show_portal(state, visit)
    action = forms.choice(params, "action", "cancel resume settle renew fail")
    subscription = state.get("subscription", params.get("subscription", ""))
    if subscription["customer"] != visit["customer"]:
        raise Refused("This subscription belongs to somebody else.")
    if action in {"renew", "fail"}:
        subscriptions.renew(state, subscription, declined=action == "fail")
    elif action == "settle":
        subscriptions.collect(state, state.get("invoice", subscription["latest_invoice"]), declined=False)
    else:
        subscriptions.update(state, subscription, {"cancel_at_period_end": "true" if action == "cancel" else "false"})
    return _go("?")


def _show_portal(state: State, visit: Thing) -> Shown:
    customer = visit["customer"]
    held = state.find("subscription", lambda thing: bool(thing["customer"] == customer))
    bills = state.find("invoice", lambda thing: bool(thing["customer"] == customer))
    email = escape(state.get("customer", customer)["email"] or customer)
    back = f'<p><a class="button" href="{escape(visit["return_url"])}">Back</a></p>' if visit["return_url"] else ""
    parts = "".join(_subscription(state, thing) for thing in held) or "<p>There is no subscription.</p>"
    rows = "".join(_invoice_row(bill) for bill in bills)
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("Invoice", "Date", "State"))
    head = f'<thead><tr>{columns}<th scope="col" class="sum">Amount</th></tr></thead>'
    table = f"<table>{head}<tbody>{rows}</tbody></table>" if rows else "<p>There are no invoices.</p>"
    content = f'<h1>Your subscription</h1><p class="quiet">{email}</p>{parts}<h2>Invoices</h2>{table}{back}'
    return _page("Your subscription", content)


def _subscription(state: State, subscription: Thing) -> str:
    item: dict[str, Any] = subscription["items"]["data"][0]
    name = escape(state.get("product", item["price"]["product"])["name"])
    price = f"{money(item['price']['unit_amount'] * item['quantity'], item['price']['currency'])} {_every(item['price'])}"
    until = day(item["current_period_end"])
    if subscription["status"] in subscriptions.ENDED:
        return f"<h2>{name}</h2><p>Ended on {day(subscription['ended_at'])}.</p>"
    facts = {"subscription": str(subscription["id"])}
    if subscription["cancel_at_period_end"]:
        words, button = f"Cancelled; it can be used until {until}.", _button("Resume subscription", "resume", look="main", **facts)
    else:
        words, button = f"Renews on {until}.", _button("Cancel at the period's end", "cancel", look="bad", **facts)
    owed = ""
    if subscription["status"] == "past_due":
        owed = '<p class="alert">The last payment failed.</p>'
        button = _button("Pay what is owed", "settle", look="main") + button
    ahead = _button("Begin the next period", "renew", look="plain", **facts) + _button(
        "Begin it with a declined card", "fail", look="plain"
    )
    return (
        f'<h2>{name}</h2><p>{price}</p><p>{words}</p>{owed}<form method="post">{button}</form>'
        f'<details><summary>Simulation: let time pass</summary><form method="post">{ahead}</form></details>'
    )


def _invoice_row(bill: Thing) -> str:
    number, state, amount = escape(bill["number"]), bill["status"], money(bill["amount_due"], bill["currency"])
    return f'<tr><td>{number}</td><td>{day(bill["created"])}</td><td>{state}</td><td class="sum">{amount}</td></tr>'
