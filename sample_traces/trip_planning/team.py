"""Three agents that talk to each other; what they say is scripted, what they do is done."""

from __future__ import annotations

import copy
from collections.abc import Callable

import tools
from clock import Clock
from itinerary import LEGS, LIMIT, WISH, Leg, Option

import ttdebug
from ttdebug.recorder import Handle

WINDOW = 8
PLURALS = {"ferry": "ferries", "pass": "passes"}
MODELS = {"planner": "atlas-large", "researcher": "atlas-mini", "booker": "atlas-mini"}


def world() -> dict[str, dict]:
    """The three agents' states before anything happened."""
    todo = [{"id": leg.id, "title": leg.title, "status": "open"} for leg in LEGS]
    budget = {
        "currency": "EUR",
        "limit": LIMIT,
        "spent": 0.0,
        "remaining": LIMIT,
        "discount": 0.0,
        "guard": {"enabled": True, "last_check": "never"},
    }
    return {
        "planner": {"phase": "planning", "todo": todo, "notes": {"wish": WISH}, "messages": []},
        "researcher": {"query": "", "sources": [], "findings": {}, "messages": []},
        "booker": {
            "budget": budget,
            "discounts": [{"id": "EARLY5", "status": "expired", "percent": 5}],
            "bookings": [],
            "hold": None,
            "offers": [],
            "notes": {"owner": "booker", "summary": ""},
            "phase": "waiting",
            "retries": {},
            "messages": [],
        },
    }


class Agent:
    """What all three can do; each call is recorded through `rec`."""

    def __init__(self, name: str, recorder: Handle, states: dict[str, dict], clock: Clock) -> None:
        self.name = name
        self.state = states[name]
        self.rec = recorder.agent(name, state=lambda: self.state)
        self.clock = clock

    def think(self, answer: str, *, cause: object = None) -> ttdebug.recorder.Span:
        """One call of the model: it reads the latest messages and gives `answer`."""
        recent = [{"role": m["role"], "content": m["content"]} for m in self.state["messages"]]
        with self.rec.span("llm.call", MODELS[self.name], cause=cause, messages=recent[-WINDOW:]) as call:
            seconds = self.clock.work(0.9, 4.4)
            read = 1800 + 31 * len(recent) + sum(len(m["content"]) for m in recent[-WINDOW:]) * 4
            usage = {"input_tokens": read, "output_tokens": 40 + len(answer) + int(seconds * 60)}
            cost = round(read * 4e-7 + usage["output_tokens"] * 2e-6, 6)
            self.hear("assistant", answer)
            call.result(answer, usage=usage, cost_usd=cost)
        return call

    def use(self, tool: Callable[..., dict], *args: object, cause: object = None, **shown: object) -> dict:
        """One tool call; `shown` are the arguments as the model gave them."""
        with self.rec.span("tool.call", tool.__name__, cause=cause, **shown) as call:
            self.clock.work(0.004, 0.9)
            result = tool(self.state, *args)
            self.hear("tool", f"{tool.__name__}: {result['summary']}")
            return call.result(result)

    def tell(self, other: Agent, text: str, *, cause: object = None) -> int:
        """A message to another agent; returns its event, by which the other's work is caused."""
        other.hear("user", text, sender=self.name)
        return self.rec.message(text, role="assistant", to=other.name, cause=cause)

    def hear(self, role: str, content: str, sender: str | None = None) -> None:
        """Remember a message."""
        message = {"id": f"{self.name[0]}{len(self.state['messages']) + 1}", "role": role}
        self.state["messages"].append({**message, "from": sender or self.name, "content": content})


class Researcher(Agent):
    """Reads the web."""

    def find(self, leg: Leg, planner: Agent, asked: int) -> int:
        """Answer the planner's question; returns the answering message."""
        with self.rec.span("task", f"research {leg.where}", cause=asked):
            self.state["query"] = leg.ask
            plan = self.think(f"Search the web for {leg.where}", cause=asked)
            self.use(tools.web_search, leg.ask, leg, cause=plan, query=leg.ask)
            for url in leg.pages:
                self.use(tools.web_fetch, url, cause=plan, url=url)
            done = self.think(f"Summarise: {leg.finding}")
            self.state["findings"][leg.where] = leg.finding
            return self.tell(planner, leg.finding, cause=done)


class Booker(Agent):
    """Holds the budget and spends it."""

    def __init__(self, name: str, recorder: Handle, states: dict[str, dict], clock: Clock) -> None:
        super().__init__(name, recorder, states, clock)
        self.discounted = 0
        self.saved: dict[str, dict] = {}
        self._states = states

    def book(self, leg: Leg, planner: Agent, asked: int) -> int:
        """Find, hold, check and pay; returns the message that says so."""
        with self.rec.span("task", f"book {leg.title}", cause=asked):
            self.state["phase"] = f"booking {leg.where}"
            plan = self.think(f"Plan the booking: {leg.title}", cause=asked)
            if leg.kind == "refund":
                amount = leg.options[0].price
                self.use(tools.refund, leg, amount, cause=plan, reason="price drop", amount=amount)
                return self.tell(planner, f"{amount:.2f} EUR refunded for {leg.where}")
            found = self.search(leg, leg.options, plan)
            option = leg.options[0]
            picked = self.think(f"Pick {option.name}: {option.note or 'best rated'}", cause=found)
            self.rec.event("decision", option.name, cause=picked, price=option.price, confidence=0.8)
            if leg.kind == "hotel":
                self.use(tools.hold, leg, option, cause=picked, room=option.name, minutes=20)
            ready = self.discount(leg, planner, asked) if leg.code else picked
            return self.pay(leg, planner, option, ready)

    def discount(self, leg: Leg, planner: Agent, asked: int) -> ttdebug.recorder.Span:
        """Apply the code that the planner passed on."""
        self.rec.checkpoint("before-discount", kind="pre-operation", tags=["money"])
        apply = self.think("Apply the partner code before booking", cause=asked)
        with self.rec.span("tool.call", "apply_discount", cause=apply, code=leg.code) as call:
            self.clock.work(0.01, 0.014)
            call.result(tools.apply_discount(self.state, leg.code))
        self.discounted = self.tell(planner, "Code applied, booking now", cause=call)
        self.saved = copy.deepcopy(self._states)
        return call

    def pay(self, leg: Leg, planner: Agent, option: Option, ready: object) -> int:
        """Check the budget and book; look for something cheaper if the check refuses."""
        check = self.think("Check the budget, then book", cause=ready)
        price = self.price(leg, option)
        allowed = self.use(tools.check_budget, price, cause=check, amount=price)["ok"]
        if not allowed and leg.fallback:
            again = self.think("Too expensive: look for a cheaper one")
            self.search(leg, leg.fallback, again)
            option = leg.fallback[0]
            price = self.price(leg, option)
            self.use(tools.check_budget, price, cause=again, amount=price)
        with self.rec.span("tool.call", f"book_{leg.kind}", cause=check, option=option.name) as call:
            self.clock.work(0.3, 0.9)
            done = call.result(tools.book(self.state, leg, option, price))
        return self.tell(planner, f"{leg.title}: {done['summary']}", cause=call)

    def price(self, leg: Leg, option: Option) -> float:
        """What has to be paid: hotels are discounted."""
        share = self.state["budget"]["discount"] if leg.kind == "hotel" else 0.0
        return round(option.price * (1 - share), 2)

    def search(self, leg: Leg, options: tuple[Option, ...], cause: object) -> ttdebug.recorder.Span:
        """Ask a booking service, again and again if it does not answer."""
        name = f"search_{PLURALS.get(leg.kind, leg.kind + 's')}"
        with self.rec.span("tool.call", name, cause=cause, where=leg.where, adults=2) as call:
            for attempt in range(1, leg.fails + 1):
                self.clock.sleep(5.0)
                text = "read timed out after 5.0 s"
                failed = self.rec.event("error", name, kind="ConnectionError", message=text)
                self.clock.sleep(1.2)
                self.state["retries"][name] = self.state["retries"].get(name, 0) + 1
                text = f"attempt {attempt + 1} of 3 after 1.2 s"
                self.rec.event("retry", name, cause=failed, message=text)
            self.clock.work(0.3, 0.6)
            found = call.result(tools.search(self.state, leg, options))
            self.hear("tool", f"{name}: {found['summary']}")
        return call


class Planner(Agent):
    """Leads: one item of the trip after the other."""

    def lead(self, leg: Leg, researcher: Researcher, booker: Booker) -> None:
        """Have one item researched and booked."""
        with self.rec.span("task", leg.title):
            self.state["phase"] = leg.title
            step = self.think(f"Next: {leg.title}" + (", ask for partner terms" if leg.code else ""))
            if leg.ask:
                asked = self.tell(researcher, leg.ask, cause=step)
                answer = researcher.find(leg, self, asked)
                step = self.think(f"Good: {leg.finding}", cause=answer)
            order = f"Use code {leg.code} for {leg.where}, then book" if leg.code else f"Book: {leg.title}"
            booked = booker.book(leg, self, self.tell(booker, order, cause=step))
            self.tick(leg, booked)

    def tick(self, leg: Leg, booked: int) -> None:
        """Note that an item is done."""
        self.use(tools.update_todo, leg.id, "done", cause=booked, id=leg.id, status="done")

    def conclude(self, booker: Booker) -> None:
        """Add up and report to the travellers."""
        self.state["phase"] = "done"
        last = self.think("All items are booked. Close the books")
        total = booker.use(tools.audit, cause=last)["summary"]
        self.rec.message(f"Your trip is booked: {total}", role="assistant", to="travellers", cause=last)
