"""Elements of a fiscal XML, whatever namespace or prefix they were written with."""

from typing import Any, TypeAlias

# lxml has no types of its own.
Element: TypeAlias = Any
OptionalElement: TypeAlias = Any


def find(element: OptionalElement, path: str) -> OptionalElement:
    """Return the first element of a path, whatever its namespace, or None."""
    if element is None:
        return None
    return element.find("/".join(f"{{*}}{step}" for step in path.split("/")))


def text(element: OptionalElement, path: str) -> str:
    """Return the text of the first element of a path, "" when there is none."""
    found = find(element, path)
    return (found.text or "").strip() if found is not None else ""


def texts(element: Element, path: str) -> list[str]:
    """Return the texts of all elements of a path."""
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [(found.text or "").strip() for found in element.iterfind(steps)]
