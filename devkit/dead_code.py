"""Find code that nothing uses: vulture, told what Odoo's way of naming things means.

    python -m devkit.dead_code      (a hook of .pre-commit-config.yaml)

What a view, a script, a record or a string names is used: a button, ``compute=``, a
``getattr``. So no list of ``_compute_*`` and ``action_*`` is needed. Fields are left
alone: the database, and other people's views, may use them. What of the addon only
tests use is dead too.
"""

import ast
import fnmatch
import re
import sys
from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).resolve().parent.parent
ADDON = ROOT / "plug4market_connector"
ALL = [
    *(ADDON, ROOT / "benchmarks", ROOT / "dev", ROOT / "devkit", ROOT / "simulator"),
    *(ROOT / "setup.py", ROOT / "tests"),
]
NAMING = {".csv", ".html", ".js", ".xml"}
# Classes that Odoo registers by themselves.
REGISTERED = ("models.", "http.", "logging.")
# Shorter, a pattern made of a formatted string would match anything.
TELLING = 4

# What Odoo, pytest, requests and the standard library's HTTP and HTML classes call.
CALLED_BY_OTHERS = [
    *("create_document_from_attachment", "init", "message_new", "migrate"),
    *("get_redirect_target", "response_class"),
    *("pytest_*", "do_*", "handle_*", "log_message"),
]
DECORATED = ["@api.*", "@*.fixture*", "@*.route", "@router.*", "@*validator*"]
# Used by nothing yet.
KEPT = ["action_open_order", "api_url", "create_test_order"]


def find(*sources, exclude=()):
    """Return a line for each thing in ``sources`` that nothing in them uses."""
    vulture = Vulture(
        ignore_names=[*CALLED_BY_OTHERS, *KEPT], ignore_decorators=DECORATED
    )
    vulture.scavenge(map(str, sources), exclude)
    named = Named(sources, exclude)
    return {
        item.get_report()
        for item in vulture.get_unused_code(min_confidence=60)
        if is_judged(item) and item.name not in named
    }


def is_judged(item):
    """Return whether a finding may be believed: fields, for one, may not."""
    if item.typ in ("attribute", "variable"):
        return item.name.isupper()
    return True


class Named:
    """The names that stand in strings and in files that are no Python."""

    def __init__(self, sources, exclude):
        self.words, self.patterns = set(), set()
        for path in files(sources):
            if any(path.match(pattern) for pattern in exclude):
                continue
            text = path.read_text(encoding="utf-8")
            if path.suffix in NAMING:
                self.words.update(re.findall(r"\w+", text))
            else:
                self.read(ast.parse(text))

    def __contains__(self, name):
        return name in self.words or any(
            fnmatch.fnmatchcase(name, pattern) for pattern in self.patterns
        )

    def read(self, tree):
        """Take the strings of a module, but for what explains it."""
        docstrings = {id(node.value) for node in ast.walk(tree) if is_bare(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                self.read_formatted(node)
            elif isinstance(node, ast.Constant) and id(node) not in docstrings:
                self.read_text(str(node.value))
            elif isinstance(node, ast.ClassDef):
                bases = map(ast.unparse, node.bases)
                if any(base.startswith(REGISTERED) for base in bases):
                    self.words.add(node.name)

    def read_text(self, text):
        """Take what may be names: ``"partner_id.vat"``, but no sentence."""
        if not re.search(r"\s", text):
            self.words.update(re.findall(r"\w+", text))

    def read_formatted(self, node):
        """Take ``f"_settle_{kind}"`` for every name that it may make."""
        parts = [
            part.value if isinstance(part, ast.Constant) else "*"
            for part in node.values
        ]
        pattern = "".join(parts)
        if re.fullmatch(r"[\w*]+", pattern) and len(pattern.strip("*_")) >= TELLING:
            self.patterns.add(pattern)


def is_bare(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def files(sources):
    """Yield the files that may name something."""
    for source in sources:
        for path in source.rglob("*") if source.is_dir() else [source]:
            if path.suffix in NAMING | {".py"}:
                yield path


if __name__ == "__main__":
    found = find(*ALL) | find(ADDON, exclude=["*/tests/*.py"])
    print("\n".join(sorted(found)))
    sys.exit(bool(found))
