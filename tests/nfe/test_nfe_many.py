"""Many notes, right ones and broken ones; each broken one in one way of its own.

Every broken note must give its own finding and no other: a check that is too wide, or
one that is gone, shows here.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import nfe
import pytest
from nfe_findings import ISSUED, codes_of

from simulator.nfe import DEFAULTS, build_key, build_nfe, check_digit

STATES = [
    *(11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 24, 25, 26, 27, 28, 29),
    *(31, 32, 33, 35, 41, 42, 43, 50, 51, 52, 53),
]
KEY = build_key(DEFAULTS)
DIGEST = DEFAULTS["digest"]


def codes(overrides, **changes):
    """The findings about a note, for an order that the plain note fits."""
    changes = dict(changes)
    replace = changes.pop("replace", None)
    content = build_nfe(**overrides)
    if replace:
        old, new = (text.encode() for text in replace)
        assert content.count(old) == 1
        content = content.replace(old, new)
    return codes_of(content, **changes)


def other_digit(character):
    return "1" if character == "0" else "0"


def rekeyed(start, written):
    """The plain key with other characters at a place, and the digit that fits them."""
    front = KEY[:start] + written + KEY[start + len(written) : 43]
    return front + check_digit(front)


def changed_at(text, position):
    return text[:position] + other_digit(text[position]) + text[position + 1 :]


# -- broken ------------------------------------------------------------------

BROKEN = []


def broken(code, overrides=None, **changes):
    label = changes.pop("label", None) or (overrides or changes)
    BROKEN.append(pytest.param(code, overrides or {}, changes, id=f"{code} {label}"))


for size in (1, 20, 40, 43):
    broken("key_length", {"key": KEY[:size]})
for extra in ("0", "00000"):
    broken("key_length", {"key": KEY + extra})
for place in (0, 5, 18, 20, 25, 34, 42, 43):
    broken("key_length", {"key": KEY[:place] + "A" + KEY[place + 1 :]})
for digit in set("0123456789") - {KEY[43]}:
    broken("key_digit", {"key": KEY[:43] + digit})
for state in STATES:
    if state != 41:
        broken("key_uf", {"key": rekeyed(0, str(state))})
for month in ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "12"):
    broken("key_date", {"key": rekeyed(4, month)})
for year in ("06", "25", "27", "99"):
    broken("key_date", {"key": rekeyed(2, year)})
for place in range(6, 20):
    broken("key_issuer", {"key": rekeyed(place, other_digit(KEY[place]))})
for letters in ("AB", "ZZ"):
    broken("key_issuer", {"key": rekeyed(6, letters)})
for model in ("57", "58", "59", "65", "66", "67"):
    broken("key_model", {"model": model})
for series in (0, 2, 10, 100, 889):
    broken("key_series", {"key": rekeyed(22, f"{series:03}")})
for place in range(25, 34):
    broken("key_number", {"key": rekeyed(place, other_digit(KEY[place]))})
for emission in "2345679":
    broken("key_emission", {"key": rekeyed(34, emission)})
for direction, purpose in ("04", "01", "14", "12", "13", "15", "16"):
    broken("not_a_sale", {"direction": direction, "purpose": purpose})
# Rejections, denials and cancellations, by the treasury's number.
for status in (
    *("101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111"),
    *("135", "136", "151", "155", "201", "202", "203", "204", "205", "206", "207"),
    *("213", "214", "215", "225", "226", "228", "237", "238", "245", "297", "301"),
    *("302", "303", "402", "404", "539", "610", "778", "999"),
    *("", "1", "10", "1000", "0100", "l00"),
):
    cancelled = status in ("101", "135", "136", "151", "155")
    broken("cancelled" if cancelled else "not_authorised", {"status": status})
broken("no_protocol", {"protocol": ""})
broken("no_protocol", replace=(f"<nProt>{DEFAULTS['protocol']}</nProt>", "<nProt/>"))
for place in (0, 3, 10, 21, 24, 30, 34, 40):
    broken("protocol_key_differs", {"protocol_key": changed_at(KEY, place)})
for place in (0, 5, 11, 20, 26):
    wrong = (
        DIGEST[:place] + ("A" if DIGEST[place] != "A" else "B") + DIGEST[place + 1 :]
    )
    broken("digest_differs", {"protocol_digest": wrong})
broken("digest_differs", {"digest": "", "protocol_digest": DIGEST})
for environment in ("2", "0", "", "3", "01"):
    broken("test_environment", {"environment": environment})
for place in range(14):
    broken("wrong_issuer", store_document=changed_at(DEFAULTS["issuer"], place))
broken("wrong_issuer", store_document="12.ABC.345/01DE-35")
for place in range(11):
    broken("wrong_buyer", {"recipient": changed_at(DEFAULTS["recipient"], place)})
for recipient in ("11222333000181", "12ABC34501DE35", "AB123456", ""):
    broken("wrong_buyer", {"recipient": recipient})
for total in ("0.00", "-116.23", "0", "-0.01"):
    broken("total_zero", {"total": total, "freight": "0.00"})
for written in ("", "NaN", "Infinity", "116,23", "R$ 116.23"):
    tags = (f"<vNF>{DEFAULTS['total']}</vNF>", f"<vNF>{written}</vNF>")
    broken("total_zero", replace=tags)
for cents in (-11_622, -1500, -100, -1, 1, 100, 1500, 100_000):
    total = Decimal(DEFAULTS["total"]) + Decimal(cents) / 100
    broken("total_differs", order_total=total)
for ahead in (6, 60, 24 * 60, 365 * 24 * 60):
    broken("issued_in_future", now=ISSUED - timedelta(minutes=ahead), approved_at=None)
for late in (1, 60, 3600, 3 * 3600, 86_400, 30 * 86_400):
    broken(
        "issued_before_order",
        approved_at=ISSUED + timedelta(seconds=late),
        now=ISSUED + timedelta(days=60),
    )


@pytest.mark.parametrize(("code", "overrides", "changes"), BROKEN)
def test_a_broken_note_gives_its_own_finding_alone(code, overrides, changes):
    assert codes(overrides, **changes) == [code]


def test_there_are_two_hundred_broken_notes_and_each_finding_has_some():
    assert len(BROKEN) >= 200
    assert len({case.id for case in BROKEN}) == len(BROKEN)
    assert {case.values[0] for case in BROKEN} == set(nfe.FINDING_CODES)


# -- right -------------------------------------------------------------------

RIGHT = [
    *({"uf": str(state)} for state in STATES),
    *({"emission": emission} for emission in "245679"),
    *({"status": status} for status in ("100", "150")),
    *({"encoding": name} for name in ("UTF-8", "ISO-8859-1", "UTF-16", "CP1252")),
    *({"prefix": prefix} for prefix in ("nfe", "ns0", "n-1")),
    *({"series": series} for series in (0, 1, 889, 900, 919, 969, 999)),
    *({"number": number} for number in (1, 999_999_999)),
    *(
        {"date": datetime(2026, 11, 20, 14, 30, tzinfo=timezone(timedelta(hours=off)))}
        for off in (-5, -4, -2)
    ),
    {"protocol_digest": ""},
    {"protocol": "1" * 17},
    {"purchase_number": ""},
    {"extra_info": "R$ 10 & <frete> “grátis” ção"},
    {"recipient_name": "D'Ávila & Filhos <ME>"},
    {"reason": "Autorizado o uso da NF-e, autorização fora de prazo"},
]


@pytest.mark.parametrize("overrides", RIGHT, ids=str)
def test_a_right_note_passes(overrides):
    around = overrides.get("date", ISSUED)
    moments = {
        "approved_at": around - timedelta(hours=1),
        "now": around + timedelta(hours=1),
    }
    assert codes(overrides, **moments) == []


# Who sells and who buys: (issuer, recipient, series).
PARTIES = [
    ("11222333000181", "52998224725", 1),
    ("11222333000181", "11222333000262", 1),
    ("12ABC34501DE35", "52998224725", 1),
    ("11222333000181", "12ABC34501DE35", 1),
    ("12ABC34501DE35", "AB1C2D3E000150", 1),
    ("11144477735", "52998224725", 920),
    ("11222333000181", "PASS-123", 1),
    ("00000000000191", "00000000191", 1),
]


@pytest.mark.parametrize(("issuer", "recipient", "series"), PARTIES)
def test_every_kind_of_seller_and_buyer_passes(issuer, recipient, series):
    overrides = {"issuer": issuer, "recipient": recipient, "series": series}
    allowed = ["11144477735", recipient]
    assert codes(overrides, store_document=issuer, buyer_documents=allowed) == []


@pytest.mark.parametrize("series", range(890, 900))
def test_a_series_of_the_treasury_has_the_treasury_in_the_key(series):
    front = rekeyed(22, f"{series:03}")[:43]
    front = front[:6] + "03007331000141" + front[20:]
    key = front + check_digit(front)
    assert codes({"series": series, "key": key}) == []


@pytest.mark.parametrize("total", ["0.01", "1.00", "999999.99", "12345678901.10"])
def test_every_size_of_total_passes(total):
    assert codes({"total": total, "freight": "0.00"}, order_total=total) == []


def test_there_are_fifty_right_notes():
    assert len(RIGHT) + len(PARTIES) >= 50
    assert len({str(case) for case in RIGHT}) == len(RIGHT)


# -- what names the order ----------------------------------------------------


@pytest.mark.parametrize(
    ("purchase_number", "extra_info", "word"),
    [
        ("2000001234567", "", "2000001234567"),
        ("7", "", "7"),
        ("MLB-12 34", "", "mlb-12 34"),
        ("", "Pedido 2000001234567890.", "2000001234567890"),
        ("", "Pedido: S00042; obrigado", "s00042"),
        ("", "(#250101ABCDEF)", "250101abcdef"),
        ("", "id A1B2C3D4-0000-4000-8000-1234567890AB|x", None),
    ],
)
def test_the_words_that_may_name_an_order(purchase_number, extra_info, word):
    content = build_nfe(purchase_number=purchase_number, extra_info=extra_info)
    words = nfe.NfeDocument.from_xml(content).order_words
    assert (word or "a1b2c3d4-0000-4000-8000-1234567890ab") in words


def test_short_words_of_the_free_text_name_nothing():
    content = build_nfe(purchase_number="", extra_info="Lei 12 de 1990, R$ 5,00")
    assert nfe.NfeDocument.from_xml(content).order_words == set()
