"""The checks before an NF-e is sent: each one alone, and none for a right note."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import nfe
import pytest

from simulator.nfe import BRASILIA, DEFAULTS, build_key, build_nfe

ISSUED = DEFAULTS["date"]
KEY = build_key(DEFAULTS)

EXPECTED = {
    "store_document": "11.222.333/0001-81",
    "buyer_documents": ["529.982.247-25"],
    "order_total": Decimal("116.23"),
    "approved_at": ISSUED - timedelta(hours=1),
    "now": ISSUED + timedelta(hours=1),
}


def check(overrides=None, **changes):
    document = nfe.NfeDocument.from_xml(build_nfe(**(overrides or {})))
    return nfe.pre_flight(document, **{**EXPECTED, **changes})


def codes(overrides=None, **changes):
    return [finding.code for finding in check(overrides, **changes)]


def wrong_digit(key):
    return key[:43] + str((int(key[43]) + 1) % 10)


def other_key(**changes):
    return build_key({**DEFAULTS, **changes})


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"status": "150"},
        {"protocol_digest": ""},
        {"issuer": "11222333000181", "series": 0},
        {"series": 999, "number": 999_999_999},
        {"purchase_number": ""},
        {"prefix": "nfe"},
    ],
)
def test_a_right_note_passes(overrides):
    assert check(overrides) == []


def test_nothing_is_checked_against_what_is_not_known():
    document = nfe.NfeDocument.from_xml(build_nfe())
    assert nfe.pre_flight(document, now=EXPECTED["now"]) == []
    assert codes(store_document="", buyer_documents=[""], order_total=None) == []


WRONG = {
    "key_length": ({"key": "123"}, {}),
    "key_digit": ({"key": wrong_digit(KEY)}, {}),
    "key_model": ({"model": "65"}, {}),
    "key_uf": ({"key": other_key(uf="35")}, {}),
    "key_issuer": ({"key": other_key(issuer="03007331000141")}, {}),
    "key_series": ({"key": other_key(series=2)}, {}),
    "key_number": ({"key": other_key(number=124)}, {}),
    "key_date": ({"key": other_key(date=ISSUED - timedelta(days=31))}, {}),
    "key_emission": ({"key": other_key(emission="9")}, {}),
    "not_a_sale": ({"purpose": "4", "direction": "0"}, {}),
    "cancelled": ({}, {"cancelled": True}),
    "not_authorised": ({"status": "110"}, {}),
    "no_protocol": ({"protocol": ""}, {}),
    "protocol_key_differs": ({"protocol_key": other_key(number=124)}, {}),
    "digest_differs": ({"protocol_digest": "b3RoZXI="}, {}),
    "test_environment": ({"environment": "2"}, {}),
    "wrong_issuer": ({}, {"store_document": "11222333000262"}),
    "wrong_buyer": ({}, {"buyer_documents": ["11144477735"]}),
    "total_zero": ({"total": "0.00", "freight": "0.00"}, {}),
    "total_differs": ({}, {"order_total": Decimal("116.24")}),
    "issued_in_future": ({}, {"now": ISSUED - timedelta(minutes=6)}),
    "issued_before_order": ({}, {"approved_at": ISSUED + timedelta(seconds=1)}),
}


@pytest.mark.parametrize("code", nfe.FINDING_CODES)
def test_each_fault_alone_gives_its_code_alone(code):
    overrides, changes = WRONG[code]
    assert codes(overrides, **changes) == [code]


PARAMS = {
    "key_length": {"key": "123", "actual": 3, "expected": 44},
    "key_digit": {
        "key": wrong_digit(KEY),
        "actual": wrong_digit(KEY)[43],
        "expected": KEY[43],
    },
    "key_model": {"actual": "65", "expected": "55"},
    "key_number": {"actual": "000000124", "expected": "123"},
    "key_issuer": {"actual": "03007331000141", "expected": "11222333000181"},
    "not_authorised": {"status": "110", "reason": "Uso Denegado"},
    "no_protocol": {},
    "test_environment": {"actual": "2"},
    "wrong_issuer": {"actual": "11222333000181", "expected": "11222333000262"},
    "wrong_buyer": {"actual": "52998224725", "expected": "11144477735"},
    "total_differs": {
        "actual": Decimal("116.23"),
        "expected": Decimal("116.24"),
        "difference": Decimal("-0.01"),
    },
    "issued_in_future": {"actual": ISSUED, "expected": ISSUED - timedelta(minutes=6)},
    "issued_before_order": {
        "actual": ISSUED,
        "expected": ISSUED + timedelta(seconds=1),
    },
}


@pytest.mark.parametrize("code", PARAMS)
def test_a_finding_carries_what_its_sentence_needs(code):
    overrides, changes = WRONG[code]
    (finding,) = check(overrides, **changes)
    assert finding == nfe.Finding(code=code, params=PARAMS[code])


def test_every_code_is_tested():
    assert set(WRONG) == set(nfe.FINDING_CODES)


def test_a_note_that_was_never_sent_to_the_treasury_is_not_authorised():
    assert codes({"status": None}) == ["not_authorised", "no_protocol"]


@pytest.mark.parametrize("status", ["102", "110", "128", "204", "301", ""])
def test_only_100_and_150_are_authorised(status):
    assert "not_authorised" in codes({"status": status})


@pytest.mark.parametrize("status", ["101", "135", "136", "151", "155"])
def test_a_protocol_that_speaks_of_a_cancellation_is_one(status):
    assert codes({"status": status}) == ["cancelled"]


def test_many_faults_are_all_told_in_the_order_of_the_checks():
    found = codes({"environment": "2", "status": "204"}, order_total=1)
    assert found == ["not_authorised", "test_environment", "total_differs"]


def test_a_test_note_is_right_in_a_test_environment():
    assert codes({"environment": "2"}, production=False) == []


@pytest.mark.parametrize("total", [116.23, "116.23", Decimal("116.230"), 116.2300001])
def test_totals_are_compared_in_cents(total):
    assert codes(order_total=total) == []


def test_cents_are_a_total():
    assert codes({"total": "0.50", "freight": "0.00"}, order_total="0.50") == []


def test_a_cnpj_with_letters_fits_its_key():
    overrides = {"issuer": "12ABC34501DE35"}
    assert codes(overrides, store_document="12.abc.345/01DE-35") == []


def test_a_person_who_issues_stands_in_the_key_with_zeros():
    overrides = {"issuer": "11144477735", "series": 920}
    assert codes(overrides, store_document="111.444.777-35") == []


def test_a_note_issued_by_the_treasury_has_its_cnpj_in_the_key():
    key = other_key(issuer="03007331000141", series=890)
    assert codes({"series": 890, "key": key}) == []


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_clocks_may_differ_a_little(minutes):
    assert codes(now=ISSUED + timedelta(minutes=minutes)) == []


def test_naive_datetimes_are_utc():
    issued = ISSUED.astimezone(timezone.utc).replace(tzinfo=None)
    assert codes(approved_at=issued, now=issued) == []
    late = issued + timedelta(seconds=1)
    assert codes(approved_at=late) == ["issued_before_order"]


def test_a_fraction_of_a_second_makes_no_note_too_early():
    assert codes(approved_at=ISSUED + timedelta(milliseconds=900)) == []


def test_without_a_clock_given_the_real_one_is_used():
    document = nfe.NfeDocument.from_xml(
        build_nfe(date=datetime(2999, 1, 1, tzinfo=BRASILIA))
    )
    found = [finding.code for finding in nfe.pre_flight(document)]
    assert found == ["issued_in_future"]


def test_a_note_without_a_usable_date_is_not_judged_by_it():
    content = build_nfe().replace(b"T14:30:00-03:00</dhEmi>", b"</dhEmi>")
    document = nfe.NfeDocument.from_xml(content)
    assert nfe.pre_flight(document, **EXPECTED) == []
