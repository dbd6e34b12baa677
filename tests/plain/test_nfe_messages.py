"""Every reason and every finding of nfe/ has its sentence, with the values it needs."""

import ast
from decimal import Decimal
from pathlib import Path

import pytest
from addon import nfe
from addon.models.invoice.nfe_messages import (
    explain_cancelled,
    explain_finding,
    explain_no_nfe,
)

NO_NFE = "The file is not an NF-e. Attach the authorised XML"


class Real:
    """What a sentence needs of a currency."""

    def format(self, amount):
        return f"R$ {amount:.2f}"


def explained(env, code, **params):
    return explain_finding(env, nfe.Finding(code=code, params=params), Real())


def written_in(name, values_of):
    """The texts among what ``values_of`` finds in the nodes of a file of nfe/."""
    path = Path(nfe.__file__).with_name(name)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        value.value
        for node in ast.walk(tree)
        for value in values_of(node)
        if isinstance(value, ast.Constant)
    }


def codes_in(node):
    """The code that a call gives to a finding."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name == "Finding":
            yield from (word.value for word in node.keywords if word.arg == "code")
        elif name.startswith("_compare"):
            yield node.args[0]


def reasons_in(node):
    """The reason that a statement or a call gives for a file."""
    if isinstance(node, ast.Call):
        yield from (word.value for word in node.keywords if word.arg == "reason")
        if getattr(node.func, "id", "") == "NotAnNfe":
            yield node.args[0]
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "reason":
        yield node.value


# -- a file that is no NF-e ---------------------------------------------------


def test_every_reason_that_a_file_is_given_is_on_the_list():
    files = ("document.py", "envelope.py", "archive.py")
    given = set().union(*(written_in(name, reasons_in) for name in files))
    assert given == set(nfe.REASONS)


def test_every_reason_has_a_sentence_of_its_own(env):
    sentences = [explain_no_nfe(env, reason) for reason in nfe.REASONS]
    others = [text for text in sentences if not text.startswith(NO_NFE)]
    assert all(sentences)
    assert len(set(others)) == len(others) == len(nfe.REASONS) - 2


@pytest.mark.parametrize("reason", ["not_nfe_proc", "no_access_key"])
def test_another_xml_is_told_what_an_nfe_begins_with(env, reason):
    assert explain_no_nfe(env, reason).startswith(NO_NFE)


def test_an_invoice_without_a_file_asks_for_it_by_its_name(env):
    sentence = explain_no_nfe(env, "empty", "INV/7")
    assert sentence == "Attach the XML of the authorised NF-e to invoice INV/7 first."


def test_a_loose_file_without_content_is_empty(env):
    assert explain_no_nfe(env, "empty") == "The file is empty."


# -- a note that fails a check ------------------------------------------------


def test_every_code_that_a_check_gives_is_on_the_list():
    assert written_in("checks.py", codes_in) == set(nfe.FINDING_CODES)


def test_every_finding_has_a_sentence_of_its_own(env):
    sentences = {
        explained(env, code, actual="1", expected="2") for code in nfe.FINDING_CODES
    }
    assert len(sentences) == len(nfe.FINDING_CODES)


@pytest.mark.parametrize("code", sorted({*nfe.FINDING_CODES} - {"total_differs"}))
def test_a_finding_without_values_has_a_sentence_too(env, code):
    assert explained(env, code, actual=None, expected="")


SENTENCES = [
    ("not_authorised", {"status": "110", "reason": "Uso Denegado"}, "(status 110)"),
    ("not_authorised", {"status": None, "reason": None}, "(status -)"),
    ("protocol_key_differs", {"actual": "3520", "expected": "3521"}, "note (3520)"),
    ("wrong_issuer", {"actual": "A", "expected": "B"}, "by A, the store is B."),
    ("wrong_buyer", {"actual": "A", "expected": "B"}, "for A, the buyer is B."),
    ("key_length", {"key": "123", "actual": 3, "expected": 44}, "this one has 3."),
    ("key_length", {"key": "", "actual": 0, "expected": 44}, "this one has 0."),
    ("key_model", {"actual": "65", "expected": "55"}, "of model 65."),
    ("key_uf", {"actual": "35", "expected": "41"}, "state 35, the note says 41."),
    ("key_issuer", {"actual": "A", "expected": "B"}, "issuer A, the note says B."),
    ("key_series", {"actual": "002", "expected": "1"}, "series 002, the note says 1."),
    ("key_number", {"actual": "0124", "expected": "3"}, "number 0124, the note says 3"),
    ("key_date", {"actual": "2401", "expected": "2402"}, "year and month 2401, the no"),
    ("key_emission", {"actual": "9", "expected": "1"}, "emission type 9, the note say"),
    (
        "total_differs",
        {"actual": Decimal("116.23"), "expected": Decimal("116.2")},
        "The NF-e's total is R$ 116.23, the invoice's is R$ 116.20.",
    ),
]


@pytest.mark.parametrize(("code", "params", "words"), SENTENCES)
def test_a_sentence_says_what_was_found_and_what_was_expected(env, code, params, words):
    assert words in explained(env, code, **params)


# -- a note that was cancelled ------------------------------------------------


def test_a_cancelled_note_is_replaced_on_the_invoice(env):
    sentence = explain_cancelled(env, was_sent=False)
    assert sentence.endswith("Attach the NF-e that replaces it.")
    assert sentence == explained(env, "cancelled")


def test_a_cancelled_note_that_the_marketplace_has_is_replaced_there(env):
    sentence = explain_cancelled(env, was_sent=True)
    assert sentence.endswith("in Plug4Market's panel.")
