"""The rules of docs/architecture.md that a machine can check; no database is needed.

Rule 2: no method and no field of a model is defined twice in the addon.
Rule 3: a room imports only from rooms before it, and calls what a later room defines
only by the names that docs/architecture.md lists.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "plug4market_connector"
ARCHITECTURE = ROOT / "docs" / "architecture.md"

# What every room may import, besides the rooms before it.
OUTSIDE = {"hub", "nfe", "access", "lease", "messages", "refusals", "transaction"}
# Wizards come after all rooms: they may use everything, and are opened by name.
WIZARD = "wizard"


class Method(NamedTuple):
    """One definition of a method of a model."""

    model: str
    name: str
    room: str
    # It calls super(), or Odoo calls it: nobody of ours calls it by its name.
    is_odoos: bool


class Mention(NamedTuple):
    """A name that a file calls a method by; its model only where that is written."""

    room: str
    place: str
    name: str
    model: str | None


class Model(NamedTuple):
    """A class of a model: its own name, and the names of what it inherits."""

    name: str
    inherits: tuple[str, ...]


# -- reading the addon --------------------------------------------------------


@cache
def rooms():
    """The rooms, in the order in which models/__init__.py imports them."""
    tree = ast.parse((ADDON / "models/__init__.py").read_text(encoding="utf-8"))
    return tuple(alias.name for node in tree.body for alias in node.names)


@cache
def files():
    """(room, path, syntax tree) of every file of models."""
    folders = [(room, ADDON / "models" / room) for room in rooms()]
    return tuple(
        (room, path, ast.parse(path.read_text(encoding="utf-8")))
        for room, folder in (*folders, (WIZARD, ADDON / WIZARD))
        for path in sorted(folder.glob("*.py"))
    )


def position(room):
    """Where a room stands among all of them."""
    return (*rooms(), WIZARD).index(room)


def read_model(node):
    """The Model of a class; None when it is none."""
    if not isinstance(node, ast.ClassDef):
        return None
    values = {
        statement.targets[0].id: ast.literal_eval(statement.value)
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and getattr(statement.targets[0], "id", "") in ("_name", "_inherit")
    }
    inherits = values.get("_inherit") or ()
    inherits = (inherits,) if isinstance(inherits, str) else tuple(inherits)
    name = values.get("_name") or (inherits and inherits[0])
    return Model(name, inherits) if name else None


@cache
def definitions():
    """(Model, room, path, statement) of all that the classes of models hold."""
    return tuple(
        (model, room, path, statement)
        for room, path, tree in files()
        for node in tree.body
        if (model := read_model(node))
        for statement in node.body
    )


@cache
def methods():
    """Every Method of a model in the addon."""
    return tuple(
        Method(
            model.name,
            statement.name,
            room,
            calls_super(statement) or is_called_by_odoo(statement),
        )
        for model, room, _path, statement in definitions()
        if isinstance(statement, ast.FunctionDef)
    )


def calls_super(function):
    """Whether a method calls the one of its own name that it overrides."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == function.name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(function)
    )


def is_called_by_odoo(function):
    """Whether a method is a constraint or the like, which nobody calls by its name."""
    decorators = {
        node.attr
        for decorator in function.decorator_list
        for node in ast.walk(decorator)
        if isinstance(node, ast.Attribute)
    }
    return bool(decorators & {"constrains", "ondelete", "autovacuum"})


@cache
def ancestors(name):
    """What a model inherits, in any of its classes, itself included."""
    direct = {
        parent
        for model, _room, _path, _statement in definitions()
        if model.name == name
        for parent in model.inherits
    } - {name}
    return {name}.union(*(ancestors(parent) for parent in direct))


@cache
def owners():
    """The Methods that are ours, by name: Odoo has no such method."""
    by_name = defaultdict(list)
    for method in methods():
        by_name[method.name].append(method)
    return {
        name: defined
        for name, defined in by_name.items()
        if not any(method.is_odoos for method in first_of(defined))
        and name.startswith(("_", "action_"))
        and name not in ("_compute_display_name", "init")
    }


def first_of(defined):
    """The definitions that implement no hook of another of them."""
    models = {method.model for method in defined}
    return [m for m in defined if not (ancestors(m.model) & models - {m.model})]


# -- reading the document -----------------------------------------------------


@cache
def listed(section):
    """What stands in backticks at the beginning of the lines of a section's list."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    _before, _heading, rest = text.partition(f"\n## {section}\n")
    section_text = rest.partition("\n## ")[0]
    found = re.findall(r"^- (`[^:\n]+`)", section_text, re.MULTILINE)
    return tuple(name for line in found for name in re.findall(r"`([^`]+)`", line))


@cache
def said_callers():
    """{model.method: files} of the forward names, as the document says it."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    lines = re.findall(r"^- `([^`]+)`: .* \((`.+\.py`)\)$", text, re.MULTILINE)
    said = {entry: set(re.findall(r"`([^`]+)`", files)) for entry, files in lines}
    return {entry: said.get(entry, set()) for entry in listed("Forward names")}


def split_name(entry):
    """``model.method`` as (model, method)."""
    model, _dot, name = entry.rpartition(".")
    return model, name


# -- calls --------------------------------------------------------------------


def mentions(room, path, tree):
    """Every Mention of a method in a file: calls, references, names in texts."""
    place = path.relative_to(ADDON)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node, clean=False) is not None
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            where = f"{place}:{node.lineno}"
            yield Mention(room, where, node.attr, model_in(node.value))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield Mention(room, f"{place}:{node.lineno}", node.value, None)


def model_in(node):
    """The model of ``self.env["model"]`` that an expression begins with, or None."""
    while True:
        if isinstance(node, ast.Subscript):
            is_env = getattr(node.value, "attr", getattr(node.value, "id", "")) == "env"
            if is_env and isinstance(node.slice, ast.Constant):
                return node.slice.value
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            # A field leads to another model, a method of Odoo's mostly does not.
            if not node.attr.startswith(("sudo", "with_", "browse", "search")):
                return None
            node = node.value
        else:
            return None


def built_names(room, path, tree):
    """(place, pattern) of the f-strings that may be the name of a method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pattern = "".join(
                re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z]+"
                for part in node.values
            )
            if pattern.startswith("_"):
                yield f"{path.relative_to(ADDON)}:{node.lineno}", pattern


def meant_by(mention):
    """The definitions of ours that a Mention may mean."""
    defined = owners().get(mention.name, [])
    of_model = [
        method
        for method in defined
        if mention.model and mention.model in ancestors_or_heirs(method.model)
    ]
    return of_model or defined


@cache
def ancestors_or_heirs(name):
    """A model, what it inherits, and what inherits it."""
    models = {model.name for model, _room, _path, _statement in definitions()}
    return ancestors(name) | {heir for heir in models if name in ancestors(heir)}


@cache
def shared_names():
    """Names that several rooms define, each for a model of its own."""
    return {
        name
        for name, defined in owners().items()
        if len({method.room for method in first_of(defined)}) > 1
    }


def lies_ahead(room, defined):
    """Whether only later rooms define a method."""
    return bool(defined) and min(position(m.room) for m in defined) > position(room)


@cache
def forward_calls():
    """{model.method: places} of the calls that go forward by a name that is written."""
    found = defaultdict(list)
    for room, path, tree in files():
        for mention in mentions(room, path, tree):
            defined = meant_by(mention)
            if lies_ahead(room, defined):
                models = sorted({method.model for method in first_of(defined)})
                names = tuple(f"{model}.{mention.name}" for model in models)
                found[names].append(mention.place)
    return dict(found)


@cache
def forward_patterns():
    """{pattern: places} of the calls that go forward by a name that is built."""
    found = defaultdict(list)
    for room, path, tree in files():
        for place, pattern in built_names(room, path, tree):
            meant = [
                lies_ahead(room, defined)
                for name, defined in owners().items()
                if re.fullmatch(pattern, name)
            ]
            if meant and all(meant):
                found[re.sub(r"\[a-z\]\+", "<kind>", pattern)].append(place)
    return dict(found)


# -- the rules ----------------------------------------------------------------


def test_no_method_and_no_field_is_defined_twice():
    places = defaultdict(list)
    for model, _room, path, statement in definitions():
        if isinstance(statement, ast.FunctionDef):
            name = statement.name
        elif isinstance(statement, ast.Assign):
            name = getattr(statement.targets[0], "id", "")
        else:
            continue
        if name not in ("_name", "_inherit"):
            place = f"{path.relative_to(ADDON)}:{statement.lineno}"
            places[f"{model.name}.{name}"].append(place)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert not twice, f"One model defines one name once (rule 2): {twice}"


def test_rooms_import_only_from_rooms_before_them():
    wrong = []
    for room, path, tree in files():
        if room == WIZARD or path.name == "__init__.py":
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or node.level < 2:
                continue
            module = (node.module or "").partition(".")[0]
            names = [module] if module else [alias.name for alias in node.names]
            for name in names:
                earlier = node.level == 2 and name in rooms()[: position(room)]
                outside = node.level == 3 and name in OUTSIDE
                if not earlier and not outside:
                    wrong.append(f"{path.relative_to(ADDON)}:{node.lineno}: {name}")
    assert not wrong, f"Imports between rooms point backwards (rule 3): {wrong}"


def test_hub_and_nfe_import_no_odoo_and_no_room():
    wrong = [
        f"{path.relative_to(ADDON)}:{node.lineno}"
        for folder in ("hub", "nfe")
        for path in sorted((ADDON / folder).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.level > 1 or (node.module or "").partition(".")[0] == "odoo")
    ]
    assert not wrong, f"hub/ and nfe/ are plain Python of their own: {wrong}"


def test_what_every_room_may_import_needs_no_model():
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in sorted(ADDON.glob("*.py"))
        if path.stem in OUTSIDE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module not in OUTSIDE if node.level else node.module == "odoo")
    ]
    assert not wrong, f"Beside the rooms are plain modules: {wrong}"


def test_calls_go_forward_by_listed_names_alone():
    allowed = set(listed("Forward names"))
    unknown = {
        " or ".join(names): places
        for names, places in forward_calls().items()
        if not allowed & {*names}
    }
    unknown |= {
        pattern: places
        for pattern, places in forward_patterns().items()
        if pattern not in {split_name(entry)[1] for entry in allowed}
    }
    assert not unknown, (
        f"Calls forward by a name that docs/architecture.md does not list: {unknown}"
    )


def test_every_listed_forward_name_has_a_caller():
    called = {name for names in forward_calls() for name in names}
    # Of a shared name nobody sees whose it is where the model is not written.
    called |= {
        f"{method.model}.{mention.name}"
        for room, path, tree in files()
        for mention in mentions(room, path, tree)
        if mention.name in shared_names() and mention.model is None
        for method in owners()[mention.name]
        if position(method.room) > position(room)
    }
    patterns = set(forward_patterns())
    idle = [
        entry
        for entry in listed("Forward names")
        if entry not in called and split_name(entry)[1] not in patterns
    ]
    assert not idle, f"docs/architecture.md lists forward names nobody calls: {idle}"


def test_who_is_said_to_call_a_forward_name_calls_it():
    real = defaultdict(set)
    for names, places in (*forward_calls().items(), *forward_patterns().items()):
        for name in (names,) if isinstance(names, str) else names:
            real[name].update(file_of(place) for place in places)
    shared = {split_name(entry)[1] for entry in said_callers()} & shared_names()
    wrong = {
        entry: found
        for entry, said in said_callers().items()
        if split_name(entry)[1] not in shared
        and said != (found := real[entry] or real[split_name(entry)[1]])
    }
    assert not wrong, f"docs/architecture.md names other callers than these: {wrong}"


def file_of(place):
    """``models/room/file.py:12`` as docs/architecture.md writes the file."""
    return place.rpartition(":")[0].removeprefix("models/")


def test_a_name_belongs_to_one_room():
    known = set(listed("Names of several rooms"))
    assert shared_names() - known == set(), "Choose names that no other room has."
    assert known - shared_names() == set(), "These names belong to one room."


def test_what_the_documents_name_is_there():
    paths = [path for path in ADDON.rglob("*.py") if "static" not in path.parts]
    functions = {
        node.name
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }
    known = {str(path.relative_to(ROOT)) for path in (*paths, *ROOT.glob("tests/**/*"))}
    missing = [
        f"{document.name}: {name}"
        for document in (ARCHITECTURE, ROOT / "CONTRIBUTING.md")
        for name in re.findall(
            r"`([\w./]+)(?:\([\w, ]*\))?`", document.read_text(encoding="utf-8")
        )
        if (
            name.endswith(".py")
            and not any(f"/{p}".endswith(f"/{name}") for p in known)
        )
        or (
            re.fullmatch(r"(?:[\w.]*\w\.)?_[a-z]\w*[a-z]", name)
            and split_name(name)[1] not in functions
        )
    ]
    assert not missing, f"Documents name what is not there: {missing}"
