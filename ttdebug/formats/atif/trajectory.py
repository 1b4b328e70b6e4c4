"""A trajectory with its sub-agents and continuations, as one run."""

from __future__ import annotations

from ttdebug.foreign.lenient import storable
from ttdebug.foreign.shapes import object_of, objects_in, text_of
from ttdebug.foreign.times import parse_time
from ttdebug.formats import fidelity
from ttdebug.formats.atif.documents import Library
from ttdebug.formats.atif.steps import Steps
from ttdebug.formats.conversation import MAIN_AGENT, Moment, Scribe, Talk
from ttdebug.formats.names import Names
from ttdebug.formats.reader import Report
from ttdebug.model import JSON, Object
from ttdebug.store.writer import Writer

MAX_DEPTH = 16
MAX_JOINED = 1000
_PARTS = ("steps", "subagent_trajectories", "final_metrics")


class Trajectory:
    """Writes one document and what it refers to."""

    def __init__(self, document: Object, library: Library, writer: Writer, report: Report) -> None:
        self._document = document
        self._library = library
        self._report = report
        steps = objects_in(document.get("steps"))
        start = parse_time(steps[0].get("timestamp"))[0] if steps else None
        agent = object_of(document, "agent")
        uid = _identity(document) or "trajectory"
        self._timeline = writer.run(
            storable(uid), storable(text_of(agent, "name") or ""), time=start
        )
        self._talk = Talk(Scribe(writer, self._timeline), infers=True)
        self._names = Names(MAIN_AGENT)
        self._played: set[int] = set()  # embedded ones, by what they are in memory
        self._depth = 0
        self._joined = 0
        self._missing = 0

    def write(self) -> None:
        """All steps; sub-agents before the result that refers to them."""
        self._play(self._document, Moment(), whole=True)
        self._report.describe(self._timeline, self._fidelity())

    def _play(
        self, document: Object, base: Moment, *, whole: bool, file: str | None = None
    ) -> None:
        """One document. Of a continuation (not `whole`) copied steps are known already."""
        self._library.add(document)
        agent = object_of(document, "agent")
        conversation = self._talk.scribe.conversation(base.agent)
        for key in ("name", "version"):
            if text_of(agent, key) is not None:
                conversation.configure(key, agent[key])
        model = text_of(agent, "model_name")
        if model is not None:
            conversation.configure("model", model)
        ids: Object = {} if file is None else {"file": file}
        identity = _identity(document)
        if identity is not None:
            ids["trajectory"] = identity
        begun = base._replace(source=ids or None)
        data: Object = {key: value for key, value in document.items() if key not in _PARTS}
        kind = "run.start" if whole else "handoff"
        self._talk.scribe.event(begun, kind, name=text_of(agent, "name"), data=data)
        steps = Steps(self._talk, model, self._delegate)
        moment = begun
        for number, step in enumerate(objects_in(document.get("steps")), 1):
            if step.get("is_copied_context") is True and not whole:
                continue
            told: JSON = step.get("step_id", number)
            moment = begun._replace(
                time=parse_time(step.get("timestamp"))[0], source={**ids, "step": told}
            )
            steps.write(moment, f"{identity or 'step'}.{number}", step)
        end = moment._replace(source=ids or None)
        self._rest(document, end)
        self._end(document, end)

    def _rest(self, document: Object, moment: Moment) -> None:
        """The embedded trajectories that no step refers to: nobody says what called them."""
        for one in objects_in(document.get("subagent_trajectories")):
            if id(one) not in self._played:
                self._join(one, moment)

    def _end(self, document: Object, moment: Moment) -> None:
        metrics = object_of(document, "final_metrics")
        if metrics:
            self._talk.scribe.event(moment, "run.end", data={"final_metrics": metrics})
        following = text_of(document, "continued_trajectory_ref")
        if following is None:
            return
        deep = self._depth >= MAX_DEPTH
        found = None if deep else self._library.beside(following, self._report)
        if found is None:
            self._missing += 1
            data: Object = {"to": following, "resolved": False}
            self._talk.scribe.event(moment, "handoff", name="continued", data=data)
            return
        self._depth += 1
        self._play(found, moment, whole=False, file=following)
        self._depth -= 1

    def _delegate(self, moment: Moment, reference: Object, call: int | None) -> int | None:
        """A sub-agent worked: show the reference, then its own trajectory where it is found."""
        path = text_of(reference, "trajectory_path")
        document = self._library.embedded(reference)
        file = None
        if document is None and self._depth < MAX_DEPTH:
            document, file = self._library.beside(path, self._report), path
        data: Object = {"to": dict(reference), "resolved": document is not None}
        name = _identity(reference) or path
        seq = self._talk.scribe.event(moment, "handoff", name=name, data=data, parent=call)
        if document is None:
            self._missing += 1
            return None
        return self._join(document, moment, call, file, asked=seq)

    def _join(
        self,
        document: Object,
        moment: Moment,
        call: int | None = None,
        file: str | None = None,
        *,
        asked: int | None = None,
    ) -> int | None:
        """Play a sub-agent's trajectory as an agent of its own; `asked` is the event it obeys."""
        if self._depth >= MAX_DEPTH or self._joined >= MAX_JOINED:
            return None
        self._played.add(id(document))
        agent = self._names.unused(text_of(object_of(document, "agent"), "name") or "sub-agent")
        if asked is not None:
            self._talk.scribe.starts(agent, asked)
        self._joined += 1
        self._depth += 1
        self._play(document, Moment(agent, moment.time, None, call), whole=True, file=file)
        self._depth -= 1
        return self._talk.scribe.last_seq

    def _fidelity(self) -> str:
        parts = (
            "recorded: messages, tool calls and results, token usage",
            "derived: state (messages shortened, files as edited by tools, usage, config), causes "
            "of replies",
        )
        counts = (
            (self._joined, "sub-agent", " joined"),
            (self._missing, "reference", " to a trajectory that was not found"),
            (self._talk.orphans, "result", " without a call"),
        )
        return fidelity.line(parts, counts)


def _identity(holder: Object) -> str | None:
    return text_of(holder, "trajectory_id") or text_of(holder, "session_id")
