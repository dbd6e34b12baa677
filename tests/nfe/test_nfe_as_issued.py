"""Notes as issuers really write them and hand them over."""

import base64
import gzip
import re
from decimal import Decimal

import pytest
from nfe import NfeDocument, NotAnNfe, pre_flight

from simulator.nfe import build_nfe

DECLARATION = re.compile(rb"<\?xml[^>]*\?>")
NOTE = build_nfe()
BARE = DECLARATION.sub(b"", NOTE)
SOAP = (
    b'<?xml version="1.0" encoding="UTF-8"?><soap:Envelope '
    b'xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>%s</soap:Body>'
    b"</soap:Envelope>"
)
DISTRIBUTION = (
    b'<retDistDFeInt xmlns="http://www.portalfiscal.inf.br/nfe"><cStat>138'
    b"</cStat><loteDistDFeInt>%s</loteDistDFeInt></retDistDFeInt>"
)


def doc_zip(content, schema=b"procNFe_v4.00.xsd"):
    packed = base64.b64encode(gzip.compress(content))
    return b'<docZip NSU="1" schema="%s">%s</docZip>' % (schema, packed)


def changed(old, new, content=NOTE):
    assert content.count(old.encode()) == 1, old
    return content.replace(old.encode(), new.encode())


WAYS = {
    "as it is": NOTE,
    "without a declaration": BARE,
    "with a byte order mark": b"\xef\xbb\xbf" + NOTE,
    "in ISO-8859-1": build_nfe(encoding="ISO-8859-1"),
    "in Windows-1252": build_nfe(encoding="windows-1252"),
    "in UTF-16": build_nfe(encoding="UTF-16"),
    "with a prefix": build_nfe(prefix="nfe"),
    "with line breaks between all tags": NOTE.replace(b"><", b">\r\n<"),
    "gzip": gzip.compress(NOTE),
    "base64": base64.encodebytes(NOTE),
    "base64 of gzip": base64.b64encode(gzip.compress(NOTE)),
    "in a SOAP message": SOAP % BARE,
    "in a SOAP message with a prefix": SOAP
    % DECLARATION.sub(b"", build_nfe(prefix="ns2")),
    "in an ERP's own document": b"<exportacao><nota id='1'>%s</nota></exportacao>"
    % BARE,
    "in the treasury's answer": DISTRIBUTION % doc_zip(NOTE),
    "beside an event in the treasury's answer": DISTRIBUTION
    % (doc_zip(b"<resEvento/>", b"resEvento_v1.01.xsd") + doc_zip(NOTE)),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_note_is_read_whatever_it_came_in(way):
    nfe = NfeDocument.from_xml(WAYS[way])
    assert nfe.recipient_name == "Maria da Conceição"
    assert (nfe.total, nfe.status_code) == (Decimal("116.23"), "100")
    assert pre_flight(nfe, store_document="11222333000181") == []
    # What goes to the marketplace is the note alone, and can be read again.
    assert "Envelope" not in nfe.xml_text
    assert "exportacao" not in nfe.xml_text
    assert NfeDocument.from_xml(nfe.xml_text.encode()).access_key == nfe.access_key


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SOAP % (BARE + BARE), "several_notes"),
        (DISTRIBUTION % (doc_zip(NOTE) + doc_zip(NOTE)), "several_notes"),
        (DISTRIBUTION % doc_zip(b"<resNFe/>"), "not_nfe_proc"),
        (b"<exportacao/>", "not_nfe_proc"),
    ],
)
def test_a_document_with_several_notes_or_none_is_no_note(content, reason):
    with pytest.raises(NotAnNfe) as caught:
        NfeDocument.from_xml(content)
    assert caught.value.reason == reason


def test_what_unpacks_to_too_much_is_too_large():
    bomb = gzip.compress(b"<" + b" " * 6_000_000)
    with pytest.raises(NotAnNfe) as caught:
        NfeDocument.from_xml(bomb)
    assert caught.value.reason == "too_large"
    damaged = gzip.compress(NOTE)[:200]
    with pytest.raises(NotAnNfe):
        NfeDocument.from_xml(damaged)


# -- layouts --------------------------------------------------------------------------


def test_the_layout_before_has_a_date_without_time_zone():
    old = changed("<dhEmi>2026-11-20T14:30:00-03:00</dhEmi>", "<dEmi>2026-11-20</dEmi>")
    old = old.replace(b'versao="4.00"', b'versao="3.10"')
    nfe = NfeDocument.from_xml(old)
    assert nfe.issued_at is None
    assert pre_flight(nfe, store_document="11222333000181") == []


TAXES = (
    "<IBSCBSTot><vBCIBSCBS>103.00</vBCIBSCBS><gIBS><vIBS>0.10</vIBS></gIBS>"
    "<gCBS><vCBS>0.74</vCBS></gCBS></IBSCBSTot><vNFTot>103.84</vNFTot>"
)


@pytest.mark.parametrize("order_total", ["103.00", "103.84"])
def test_a_total_with_the_new_taxes_outside_it_is_one_of_two(order_total):
    note = build_nfe(total="103.00")
    note = changed("</ICMSTot>", f"</ICMSTot>{TAXES}", note)
    nfe = NfeDocument.from_xml(note)
    assert nfe.total_with_taxes == Decimal("103.84")
    assert pre_flight(nfe, order_total=Decimal(order_total)) == []
    (finding,) = pre_flight(nfe, order_total=Decimal("103.50"))
    assert finding.code == "total_differs"


def test_legal_totals_are_right_and_no_other():
    nfe = NfeDocument.from_xml(build_nfe(total="100.00"))
    legal = [Decimal(100), 95.5]
    assert pre_flight(nfe, order_total=115.5, legal_totals=legal) == []
    (finding,) = pre_flight(nfe, order_total=115.5, legal_totals=[99.99])
    assert finding.code == "total_differs"


@pytest.mark.parametrize(
    ("recipient", "read"),
    [
        ("52998224725", "52998224725"),
        ("12ABC34501DE35", "12ABC34501DE35"),
        ("X1234567", "X1234567"),
    ],
)
def test_whoever_bought_is_read(recipient, read):
    nfe = NfeDocument.from_xml(build_nfe(recipient=recipient, issuer="12ABC34501DE35"))
    assert nfe.recipient_document == read
    assert nfe.issuer_document == "12ABC34501DE35"


# -- the order's number ---------------------------------------------------------------

MERCADO_LIVRE, SHOPEE, AMAZON = (
    "2000001234567890",
    "2503201ABCDEFG",
    "702-1234567-7654321",
)


@pytest.mark.parametrize("number", [MERCADO_LIVRE, SHOPEE, AMAZON])
@pytest.mark.parametrize(
    "written",
    [
        *("Pedido {}", "PED.{}", "Ped: {}", "PEDIDO Nº {}", "Pedido nº{}", "N°{}"),
        *("OC {}", "OC-{}", "OC:{}", "#{}", "“{}”", "'{}'", '"{}"', "({})", "[{}]"),
        *("Pedido – {}", "Pedido—{}", "Ref. ao pedido {}.", "xPed={}", "NR.{}"),
        "{};",
        *("Venda {} / Mercado", "Pedido Marketplace: {} Obrigado", "{}|LOJA"),
        "Trib. aprox. R$ 12,30 Fonte IBPT\nPedido: {}",
    ],
)
def test_the_orders_number_is_found_behind_what_stands_before_it(number, written):
    note = build_nfe(purchase_number="", extra_info=written.format(number))
    assert number.lower() in NfeDocument.from_xml(note).order_words


@pytest.mark.parametrize(
    "field",
    [
        "<infAdFisco>Pedido {}</infAdFisco>",
        '<obsCont xCampo="Pedido"><xTexto>{}</xTexto></obsCont>',
        "<infCpl><![CDATA[Pedido <b>{}</b>]]></infCpl>",
    ],
)
def test_the_orders_number_is_found_in_every_free_text(field):
    note = build_nfe(purchase_number="", extra_info="x")
    note = changed("<infCpl>x</infCpl>", field.format(MERCADO_LIVRE), note)
    assert MERCADO_LIVRE in NfeDocument.from_xml(note).order_words


@pytest.mark.parametrize(
    "written",
    ["Pedido 9{}", "Pedido {}1", "MLB{}", "Pedido {}-1", "Chave 41{}550010000001231"],
)
def test_a_number_is_never_cut_out_of_a_longer_one(written):
    note = build_nfe(purchase_number="", extra_info=written.format(MERCADO_LIVRE))
    assert MERCADO_LIVRE not in NfeDocument.from_xml(note).order_words
