"""Elements of a fiscal XML, whatever namespace or prefix they were written with."""


def find(element, path):
    """Return the first element of a path, whatever its namespace, or None."""
    if element is None:
        return None
    return element.find("/".join(f"{{*}}{step}" for step in path.split("/")))


def text(element, path):
    """Return the text of the first element of a path, "" when there is none."""
    found = find(element, path)
    return (found.text or "").strip() if found is not None else ""
