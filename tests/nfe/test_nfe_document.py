"""Reading the XML: what is in it, in every encoding, and nothing dangerous."""

import codecs
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import nfe
import pytest
from nfe import MAX_BYTES

from simulator.nfe import BRASILIA, DEFAULTS, build_key, build_nfe

READ = {
    "access_key": build_key(DEFAULTS),
    "number": "123",
    "series": "1",
    "model": "55",
    "uf_code": "41",
    "emission_type": "1",
    "direction": "1",
    "purpose": "1",
    "issuer_document": "11222333000181",
    "issuer_name": "Loja Modelo Ltda",
    "recipient_document": "52998224725",
    "recipient_name": "Maria da Conceição",
    "issued_at": datetime(2026, 11, 20, 14, 30, tzinfo=BRASILIA),
    "total": Decimal("116.23"),
    "environment": "1",
    "status_code": "100",
    "status_reason": "Autorizado o uso da NF-e",
    "protocol": "141260000123456",
    "authorised_at": datetime(2026, 11, 20, 14, 30, 40, tzinfo=BRASILIA),
    "digest_value": DEFAULTS["digest"],
    "protocol_digest": DEFAULTS["digest"],
    "protocol_key": build_key(DEFAULTS),
    "purchase_numbers": ("2000001234567890",),
    "extra_info": ("Pedido 2000001234567890",),
    "xml_text": build_nfe().decode(),
}


@pytest.mark.parametrize("name", READ)
def test_each_field_is_read(name):
    assert getattr(nfe.NfeDocument.from_xml(build_nfe()), name) == READ[name]


def fields(document):
    return {name: getattr(document, name) for name in READ if name != "xml_text"}


PLAIN = build_nfe()
LATIN = build_nfe(encoding="ISO-8859-1")

FORMS = {
    "namespace prefix": build_nfe(prefix="ns0"),
    "no namespace": PLAIN.replace(
        b' xmlns="http://www.portalfiscal.inf.br/nfe"', b""
    ).replace(b' xmlns="http://www.w3.org/2000/09/xmldsig#"', b""),
    "ISO-8859-1": LATIN,
    "UTF-16": build_nfe(encoding="UTF-16"),
    "byte order mark": codecs.BOM_UTF8 + PLAIN,
    "byte order mark against the declaration": codecs.BOM_UTF8
    + PLAIN.replace(b"UTF-8", b"ISO-8859-1", 1),
    "white space before and after": b"\r\n  " + PLAIN + b"\n\x00\n",
    "UTF-8 declared as ISO-8859-1": PLAIN.replace(b"UTF-8", b"ISO-8859-1", 1),
    "ISO-8859-1 declared as UTF-8": LATIN.replace(b"ISO-8859-1", b"UTF-8", 1),
    "ISO-8859-1 declared as UTF-16": LATIN.replace(b"ISO-8859-1", b"UTF-16", 1),
    "ISO-8859-1 without declaration": LATIN.partition(b"?>")[2],
    "declared as something unknown": PLAIN.replace(b"UTF-8", b"KLINGON", 1),
    "no declaration": PLAIN.partition(b"?>")[2],
    "line breaks in the digest": PLAIN.replace(b"N0Wb2h", b"N0W\n  b2h"),
    "a comment": PLAIN.replace(b"<emit>", b"<!-- x --><emit><!-- y -->"),
    "a text": PLAIN.decode(),
    "a text declared as something else": LATIN.decode("iso-8859-1"),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
def test_the_form_of_a_file_does_not_matter(content):
    document = nfe.NfeDocument.from_xml(content)
    assert fields(document) == {k: v for k, v in READ.items() if k != "xml_text"}
    # What is sent can be read again from UTF-8, and says the same.
    again = nfe.NfeDocument.from_xml(document.xml_text.encode())
    assert fields(again) == fields(document)
    assert "Conceição" in document.xml_text


def test_the_declaration_tells_the_encoding_that_json_will_have():
    text = nfe.NfeDocument.from_xml(LATIN).xml_text
    assert text == LATIN.decode("iso-8859-1").replace("ISO-8859-1", "UTF-8", 1)


def test_what_is_signed_is_sent_to_the_last_character():
    content = PLAIN.replace(b"<natOp>VENDA", b"<natOp>VENDA &amp; CIA  \n&#xA0;")
    assert nfe.NfeDocument.from_xml(content).xml_text == content.decode()


def test_a_note_that_is_not_authorised_is_read_without_protocol():
    document = nfe.NfeDocument.from_xml(build_nfe(status=None))
    assert document.access_key == READ["access_key"]
    assert document.status_code == document.protocol == document.protocol_key == ""
    assert document.authorised_at is None


@pytest.mark.parametrize(
    ("overrides", "name", "value"),
    [
        ({"recipient": "11222333000181"}, "recipient_document", "11222333000181"),
        ({"recipient": "AB12345"}, "recipient_document", "AB12345"),
        ({"issuer": "12ABC34501DE35"}, "issuer_document", "12ABC34501DE35"),
        ({"issuer": "52998224725"}, "issuer_document", "52998224725"),
        ({"status": "110"}, "status_reason", "Uso Denegado"),
        ({"total": "99.9"}, "total", Decimal("99.90")),
        ({"purchase_number": ""}, "purchase_numbers", ()),
    ],
)
def test_other_values_are_read(overrides, name, value):
    document = nfe.NfeDocument.from_xml(build_nfe(**overrides))
    assert getattr(document, name) == value


def replaced(old, new):
    content = build_nfe()
    assert old.encode() in content
    return nfe.NfeDocument.from_xml(content.replace(old.encode(), new.encode()))


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ("<vNF>116.23</vNF>", "<vNF>NaN</vNF>", "total", None),
        ("<vNF>116.23</vNF>", "<vNF>x</vNF>", "total", None),
        ("<vNF>116.23</vNF>", "", "total", None),
        ("14:30:00-03:00", "17:30:00Z", "issued_at", READ["issued_at"]),
        ("2026-11-20T14:30:00-03:00", "2026-11-20", "issued_at", None),
        ("2026-11-20T14:30:00-03:00", "x", "issued_at", None),
        (
            "</det>",
            "</det><compra><xPed>P-9</xPed></compra>",
            "purchase_numbers",
            ("P-9", "2000001234567890"),
        ),
        (f'Id="NFe{READ["access_key"]}"', "", "access_key", READ["access_key"]),
    ],
)
def test_odd_values_are_none_or_found_elsewhere(old, new, name, value):
    assert getattr(replaced(old, new), name) == value


BOMB = b"""<?xml version="1.0"?><!DOCTYPE n [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
]><nfeProc><NFe><infNFe Id="&c;"/></NFe></nfeProc>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE n [<!ENTITY x SYSTEM "file:///etc/passwd">
]><nfeProc><NFe><infNFe Id="1"><emit><xNome>&x;</xNome></emit></infNFe></NFe>
</nfeProc>"""

REFUSED = {
    "nothing": (b"", "empty"),
    "blanks": (b" \n\x00", "empty"),
    "an empty text": ("", "empty"),
    "too much": (b"<a>" + b"x" * MAX_BYTES + b"</a>", "too_large"),
    "a PDF": (b"%PDF-1.4", "pdf"),
    "a zip": (b"PK\x03\x04", "not_xml"),
    "a text": (b"hello", "not_xml"),
    "half a file": (PLAIN[:500], "not_xml"),
    "two files": (PLAIN + PLAIN, "not_xml"),
    "an encoding that is none of text": (
        LATIN.replace(b"ISO-8859-1", b"UTF-16", 1).replace(b"Maria", b"\x81"),
        "not_xml",
    ),
    "a bomb": (BOMB, "doctype"),
    "a file from outside": (OUTSIDE, "doctype"),
    "a DTD behind a long comment": (
        BOMB.replace(b"<!DOCTYPE", b"<!--" + b"x" * 9000 + b"--><!DOCTYPE", 1),
        "doctype",
    ),
    "a DTD in UTF-16": (
        BOMB.replace(b'"1.0"?', b'"1.0" encoding="UTF-16"?', 1)
        .decode()
        .encode("UTF-16"),
        "doctype",
    ),
    "another document": (b"<cteProc/>", "not_nfe_proc"),
    "an event": (b"<procEventoNFe/>", "not_nfe_proc"),
    "an empty nfeProc": (b"<nfeProc/>", "not_nfe_proc"),
    "an empty NFe": (b"<nfeProc><NFe/></nfeProc>", "not_nfe_proc"),
    "an NFe without key": (
        b"<nfeProc><NFe><infNFe/></NFe></nfeProc>",
        "no_access_key",
    ),
    "a bare NFe without key": (b'<NFe><infNFe Id="NFe"/></NFe>', "no_access_key"),
    "too many levels": (b"<a>" * 1000 + b"</a>" * 1000, "not_xml"),
}


@pytest.mark.parametrize(("content", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_nfe_is_refused_with_its_reason(content, reason):
    with pytest.raises(nfe.NotAnNfe) as caught:
        nfe.NfeDocument.from_xml(content)
    assert caught.value.reason == reason
    assert caught.value.reason in nfe.REASONS
    assert isinstance(caught.value, ValueError)
    assert str(caught.value)


def test_the_largest_file_is_five_megabytes():
    assert MAX_BYTES == 5_242_880
    padding = b" " * (MAX_BYTES - len(PLAIN))
    content = PLAIN.replace(b"</nfeProc>", padding + b"</nfeProc>")
    assert nfe.NfeDocument.from_xml(content).number == "123"


def test_the_repr_shows_neither_the_buyers_name_nor_the_file():
    shown = repr(nfe.NfeDocument.from_xml(PLAIN))
    assert "Maria" not in shown
    assert "infNFe" not in shown


def test_a_date_keeps_its_own_offset():
    manaus = timezone(timedelta(hours=-4))
    date = datetime(2026, 11, 20, 23, 30, tzinfo=manaus)
    issued = nfe.NfeDocument.from_xml(build_nfe(date=date)).issued_at
    assert (issued, issued.utcoffset()) == (date, timedelta(hours=-4))
