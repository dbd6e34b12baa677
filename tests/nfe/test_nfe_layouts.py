"""The layouts that issuers write: 3.10, the tax reform, every kind of party."""

from decimal import Decimal

import issuers
import nfe
import pytest
from nfe_findings import codes_of

from simulator.nfe import build_nfe

NOTE = build_nfe()

RIGHT = {
    "layout 3.10": issuers.layout_310(NOTE),
    "layout 3.10 with a prefix": issuers.layout_310(NOTE).replace(
        b"<NFe>", b'<NFe xmlns="http://www.portalfiscal.inf.br/nfe">'
    ),
    "the tax reform": issuers.with_reform(NOTE, "116.23"),
    "the QR code": issuers.with_supplement(NOTE),
    "a key on several lines": issuers.with_broken_key(NOTE),
    "Windows' lines": issuers.pretty(NOTE),
    "all of it": issuers.pretty(
        issuers.with_broken_key(
            issuers.with_supplement(issuers.with_reform(NOTE, "117.23"))
        )
    ),
}


@pytest.mark.parametrize("content", RIGHT.values(), ids=RIGHT)
def test_a_right_note_passes_in_every_layout(content):
    assert codes_of(content) == []


@pytest.mark.parametrize("content", RIGHT.values(), ids=RIGHT)
def test_a_wrong_total_is_seen_in_every_layout(content):
    assert codes_of(content, order_total="110.00") == ["total_differs"]


def test_the_reform_s_total_is_none_of_icms():
    document = nfe.NfeDocument.from_xml(issuers.with_reform(NOTE, "117.23"))
    assert document.total == Decimal("116.23")


@pytest.mark.parametrize("document", ["12ABC34501DE35", "12abc34501de35"])
def test_a_cnpj_with_letters_is_the_same_in_any_case(document):
    content = build_nfe(issuer="12ABC34501DE35", recipient="AB1C2D3E000150")
    content = content.replace(b"<CNPJ>12ABC34501DE35", f"<CNPJ>{document}".encode())
    codes = codes_of(
        content, store_document="12ABC34501DE35", buyer_documents=["ab1c2d3e000150"]
    )
    assert codes == []


@pytest.mark.parametrize(
    "written", ["<idEstrangeiro/>", "<idEstrangeiro></idEstrangeiro>"]
)
def test_a_foreigner_without_a_document_has_none(written):
    tag = f"<idEstrangeiro>{written}</idEstrangeiro>"
    content = NOTE.replace(b"<CPF>52998224725</CPF>", tag.encode())
    assert nfe.NfeDocument.from_xml(content).recipient_document == ""
    assert codes_of(content, buyer_documents=[]) == []
    assert codes_of(content) == ["wrong_buyer"]
