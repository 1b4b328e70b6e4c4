"""What the agents can do. Each tool takes the state it works on and what it was asked."""

from __future__ import annotations

from itinerary import PAGES, PARTNERS, Leg, Option


def web_search(state: dict, query: str, leg: Leg) -> dict:
    """Find pages; the researcher's list of sources grows."""
    known = {source["url"] for source in state["sources"]}
    found = [url for url in leg.pages if url not in known]
    state["sources"] += [{"url": url, "status": "found", "for": leg.id} for url in found]
    return {"summary": f"{7 + 3 * leg.id % 8} results · best {leg.pages[0]}", "pages": [*leg.pages]}


def web_fetch(state: dict, url: str) -> dict:
    """Read a page."""
    size, text = PAGES[url]
    for source in state["sources"]:
        if source["url"] == url:
            source.update(status="read", kilobytes=size)
    return {"summary": f"200 · {size} KB", "text": text}


def search(state: dict, leg: Leg, options: tuple[Option, ...]) -> dict:
    """Ask a booking service for offers."""
    offers = [{"name": o.name, "price": o.price, "note": o.note} for o in options]
    state["offers"] = offers
    cheapest = min(option.price for option in options)
    return {"summary": f"{len(options) + leg.id} offers · cheapest {cheapest:.2f}", "offers": offers}


def hold(state: dict, leg: Leg, option: Option) -> dict:
    """Reserve for twenty minutes."""
    state["hold"] = {"for": leg.where, "name": option.name, "note": option.note, "price": option.price}
    state["notes"]["summary"] = summary(state)
    return {"summary": f"{option.name} held for 20 min", "reference": f"Q-{4100 + leg.id}"}


def apply_discount(state: dict, code: str) -> dict:
    """Apply a partner's code.

    The bug: the partner's answer is taken for a new budget line, and it has no `remaining`.
    """
    answer = PARTNERS[code]
    budget = state["budget"]
    budget["discount"] = answer["percent"] / 100
    budget["remaining"] = answer.get("remaining")
    state["discounts"].append({"id": code, "status": answer["status"], "percent": answer["percent"]})
    state["notes"]["summary"] = summary(state)
    return {"ok": True, "discount": budget["discount"], "remaining": budget["remaining"]}


def check_budget(state: dict, amount: float) -> dict:
    """Say whether an amount still fits; skipped where nobody knows what is left."""
    remaining = state["budget"]["remaining"]
    if remaining is None:
        verdict, text = True, "ok · guard skipped, remaining unknown"
    elif amount <= remaining:
        verdict, text = True, f"ok · {remaining - amount:.2f} left"
    else:
        verdict, text = False, f"refused · {amount:.2f} is more than the {remaining:.2f} left"
    state["budget"]["guard"] = {"enabled": True, "last_check": text}
    return {"summary": text, "ok": verdict}


def book(state: dict, leg: Leg, option: Option, price: float) -> dict:
    """Pay, and take what was paid off the budget."""
    spend(state["budget"], price)
    reference = f"{leg.kind[0].upper()}-{88200 + 13 * leg.id}"
    state["bookings"].append(
        {"id": reference, "kind": leg.kind, "name": option.name, "price": price, "for": leg.where}
    )
    state["hold"] = None
    return {"summary": f"confirmed {reference} · {price:.2f} EUR", "reference": reference}


def refund(state: dict, leg: Leg, amount: float) -> dict:
    """Get money back for something booked too dearly."""
    spend(state["budget"], -amount)
    for booking in state["bookings"]:
        if booking["name"] == leg.options[0].name:
            booking["price"] = round(booking["price"] - amount, 2)
    return {"summary": f"{amount:.2f} EUR back", "amount": amount}


def update_todo(state: dict, id: int, status: str) -> dict:
    """Tick an item off the planner's list."""
    item = next(item for item in state["todo"] if item["id"] == id)
    before, item["status"] = item["status"], status
    return {"summary": f"todo[id={id}].status {before} → {status}"}


def audit(state: dict) -> dict:
    """Add up what was booked."""
    budget = state["budget"]
    over = round(budget["spent"] - budget["limit"], 2)
    verdict = f"over the limit by {over:.2f}" if over > 0 else "within the limit"
    return {"summary": f"{budget['spent']:.2f} of {budget['limit']:.2f} EUR · {verdict}"}


def spend(budget: dict, amount: float) -> None:
    """Keep `spent` and, as long as it is known, `remaining`."""
    budget["spent"] = round(budget["spent"] + amount, 2)
    if budget["remaining"] is not None:
        budget["remaining"] = round(budget["remaining"] - amount, 2)


def summary(state: dict) -> str:
    """The note that the booker keeps about what is on hold."""
    held, remaining = state["hold"], state["budget"]["remaining"]
    applied = any(discount["status"] == "applied" for discount in state["discounts"])
    code = "applied" if applied else "not yet used"
    left = "unknown" if remaining is None else f"{remaining - held['price']:.2f} EUR"
    return (
        f"{held['for']}: {held['name']}, {held['price']:.2f} EUR. Partner code {code}. "
        f"Remaining after booking: {left}."
    )
