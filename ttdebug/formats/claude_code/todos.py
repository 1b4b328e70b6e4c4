"""The to-do list of an agent, whether it is rewritten as a whole or task by task."""

from __future__ import annotations

from ttdebug.foreign.shapes import object_of, text_of
from ttdebug.model import JSON, Object

_FIELDS = ("subject", "description", "activeForm", "status", "owner")


def planned(name: str, args: Object, result: JSON, todos: list[JSON]) -> list[JSON] | None:
    """The list after a successful call of the tool `name`; None if it does not plan."""
    details = result if isinstance(result, dict) else {}
    if name == "TodoWrite":
        found = details.get("newTodos", args.get("todos"))
        return found if isinstance(found, list) else None
    if name == "TaskCreate":
        identity = object_of(details, "task").get("id")
        task: Object = {"id": identity, "status": "pending", **_known(args)}
        return None if identity is None else [*todos, task]
    if name == "TaskUpdate":
        return _updated(args, todos)
    return None


def _updated(args: Object, todos: list[JSON]) -> list[JSON] | None:
    identity = text_of(args, "taskId")
    if identity is None:
        return None
    after: list[JSON] = []
    for task in todos:
        if not isinstance(task, dict) or str(task.get("id")) != identity:
            after.append(task)
        elif args.get("status") != "deleted":
            after.append({**task, **_known(args)})
    return after


def _known(args: Object) -> Object:
    return {key: args[key] for key in _FIELDS if key in args}
