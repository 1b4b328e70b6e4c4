"""Attaching integrations to a program: each when the program has imported its framework."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final, TypeAlias

from ttdebug.recorder.faults import Faults, guarded, warn
from ttdebug.recorder.handle import Handle
from ttdebug.recorder.recorder import Recorder

Attach: TypeAlias = Callable[[Recorder, ModuleType], None]


def attach(recorder: Recorder) -> None:
    """Let every integration attach itself once its framework is there; some may be already."""
    waiting = dict(_INTEGRATIONS)
    hook = _Imports(recorder, waiting)
    for name in [name for name in waiting if name in sys.modules]:
        hook.arrived(name, sys.modules[name])
    sys.meta_path.insert(0, hook)


class _Imports(MetaPathFinder):
    """Finds nothing itself; learns when a module that is waited for has been executed."""

    def __init__(self, recorder: Recorder, waiting: dict[str, Attach]) -> None:
        self._recorder = recorder
        self._waiting = waiting

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._recorder.faults

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders find, with a loader that tells."""
        if fullname not in self._waiting:
            return None
        for finder in sys.meta_path:
            if finder is not self and (find := getattr(finder, "find_spec", None)) is not None:
                spec: ModuleSpec | None = find(fullname, path, target)
                if spec is not None:
                    if spec.loader is not None:
                        spec.loader = _Telling(spec.loader, self.arrived)
                    return spec
        return None

    @guarded(None)
    def arrived(self, /, name: str, module: ModuleType) -> None:
        """Attach what waited for a module."""
        integration = self._waiting.pop(name, None)
        if integration is not None:
            integration(self._recorder, module)


class _Telling(Loader):
    """A loader that tells when a module has been executed, and leaves no trace of itself there."""

    def __init__(self, loader: Loader, arrived: Callable[[str, ModuleType], object]) -> None:
        self._loader = loader
        self._arrived = arrived

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """What the real loader makes."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute it with the real loader, then tell."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._arrived(module.__name__, module)


def _logging(handle: Handle, logging: Any) -> None:
    """See records on their way to the program's handlers, without being one of them.

    A handler at the root logger would keep `basicConfig` from doing anything.
    """
    from ttdebug.recorder.integrations.logging import TtdebugHandler

    handler = TtdebugHandler(handle)
    pass_on = logging.Logger.callHandlers

    def call_handlers(self: Any, record: Any) -> None:
        handler.handle(record)
        pass_on(self, record)

    logging.Logger.callHandlers = call_handlers


class _Once:
    """Makes the handler of LangChain when it is first asked for: by then all is imported.

    LangChain asks what it takes for a context variable for a handler, whenever a run starts.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._made: object = None

    @property
    def faults(self) -> Faults:
        """Where the recorder counts what went wrong."""
        return self._handle.faults

    @guarded(None)
    def get(self) -> object:
        """The one handler; None if it could not be made."""
        if self._made is None:
            from ttdebug.recorder.integrations.langchain import TtdebugHandler

            self._made = TtdebugHandler(self._handle)
        return self._made


def _langchain(handle: Handle, context: Any) -> None:
    context.register_configure_hook(_Once(handle), inheritable=True)


def _openai_agents(handle: Handle, agents: Any) -> None:
    if not hasattr(agents, "add_trace_processor"):  # somebody's own package of this name
        return
    from ttdebug.recorder.integrations.openai_agents import TtdebugProcessor

    processor = TtdebugProcessor(handle)
    replace = agents.set_trace_processors

    def set_trace_processors(processors: list[Any]) -> None:
        replace([*processors, processor])

    agents.set_trace_processors = set_trace_processors
    agents.add_trace_processor(processor)


def _opentelemetry(handle: Handle, trace: Any) -> None:
    """Add a processor to every provider that is made."""
    from ttdebug.recorder.integrations.opentelemetry import TtdebugProcessor

    processor = TtdebugProcessor(handle)
    make = trace.TracerProvider.__init__

    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.add_span_processor(processor)

    trace.TracerProvider.__init__ = init


def _pydantic_ai(handle: Handle, pydantic_ai: Any) -> None:
    """Instrument all agents, with a provider of our own, until the program does it itself."""
    try:
        from opentelemetry.sdk.trace import TracerProvider
    except ImportError:
        warn("pydantic-ai is recorded by its spans: install opentelemetry-sdk for them")
        return
    settings = pydantic_ai.models.instrumented.InstrumentationSettings
    pydantic_ai.Agent.instrument_all(settings(tracer_provider=TracerProvider()))


def _multiprocessing(recorder: Recorder, util: Any) -> None:
    """Close the recording of a forked worker, which leaves without the hooks of `atexit`."""

    def forked(_: Recorder) -> None:
        worker = util.process.current_process()
        work = worker.run
        raised: BaseException | None = None

        def run() -> None:
            nonlocal raised
            try:
                work()
            except BaseException as error:
                raised = error
                raise

        def close() -> None:
            recorder.close(None if isinstance(raised, SystemExit) and not raised.code else raised)

        worker.run = run
        util.Finalize(None, close, exitpriority=_LAST)

    util.register_after_fork(recorder, forked)


_LAST: Final = -1000  # among what multiprocessing finalises
_INTEGRATIONS: Final[dict[str, Attach]] = {
    "logging": _logging,
    "multiprocessing.util": _multiprocessing,
    "langchain_core.tracers.context": _langchain,
    "agents": _openai_agents,
    "opentelemetry.sdk.trace": _opentelemetry,
    "pydantic_ai": _pydantic_ai,
}
