"""The order's number in a note: however it is written, and only when it is whole."""

import issuers
import nfe
import pytest

from simulator.nfe import build_nfe

MERCADO_LIVRE = "2000001234567890"
SHOPEE = "2503201ABCDEFG"
AMAZON = "702-1234567-1234567"
MAGALU = "LU-1234567890123456"
ODOO = "S00042"
NUMBERS = (MERCADO_LIVRE, SHOPEE, AMAZON, MAGALU, ODOO)

WRITTEN = (
    "{}",
    "PED.{}",
    "PED. {}",
    "Ped: {}",
    "Pedido {}",
    "PEDIDO {} OBRIGADO",
    "Pedido nº {}",
    "PEDIDO Nº{}.",
    "Pedido №{}",
    "Pedido N.º {}",
    "Pedido n° {}",
    "pedido número {};",
    "Nr. {}",
    "OC {}",
    "OC-{}",
    "O.C.: {}",
    "#{}",
    "# {} #",
    "“{}”",
    "'{}'",
    '"{}",',
    "({})",
    "[{}]",
    "Pedido - {} - Mercado",
    "Pedido – {} – Mercado",
    "Pedido —{}—",
    "pedido={}|canal=1",
    "Ref.{}/",
    "Pedidos {} e 99999999",
    "Pedidos {}/99999999",
    "99999999+{}",
    "Obrigado.\nPedido:\t{}\nVolte sempre",
)


def words(extra_info="", purchase_number="", change=None):
    note = build_nfe(extra_info=extra_info, purchase_number=purchase_number)
    return nfe.NfeDocument.from_xml(change(note) if change else note).order_words


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_number_is_found_however_it_is_written(written, number):
    for spelt in (number, number.lower(), number.upper()):
        assert nfe.fold(number) in words(written.format(spelt))


@pytest.mark.parametrize("number", [MERCADO_LIVRE, SHOPEE, AMAZON])
@pytest.mark.parametrize("written", ["PED{}", "Pedido{}", "OC{}", "n{}", "pedido-nr{}"])
def test_digits_may_follow_what_they_are_called_at_once(written, number):
    assert nfe.fold(number) in words(written.format(number))


# Where it stands: an element, and what is put before which place of the note.
PLACES = {
    "infAdFisco": ("<infCpl>", "<infAdFisco>Pedido {}</infAdFisco>"),
    "obsCont": (
        "</infAdic>",
        '<obsCont xCampo="Loja"><xTexto>PED.{}</xTexto></obsCont>',
    ),
    "obsCont named so": (
        "</infAdic>",
        '<obsCont xCampo="Pedido"><xTexto>{}</xTexto></obsCont>',
    ),
    "second obsCont": (
        "</infAdic>",
        '<obsCont xCampo="a"/><obsCont xCampo="c"><xTexto>{}</xTexto></obsCont>',
    ),
    "infCpl in CDATA": ("</infCpl>", "<![CDATA[ <br>Pedido nº {}<br> ]]>"),
    "infCpl on lines": ("</infCpl>", "\r\n{}\r\n"),
    "xPed of the note": ("<transp>", "<compra><xPed>{}</xPed></compra>"),
    "xPed of an item": ("</prod>", "<xPed>{}</xPed>"),
    "xPed of the second item": (
        "<total>",
        '<det nItem="2"><prod><xPed>PED. {}</xPed></prod></det>',
    ),
}


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(("place", "xml"), PLACES.values(), ids=PLACES)
def test_a_number_is_found_wherever_it_stands(place, xml, number):
    found = words(change=lambda note: issuers.put(note, place, xml.format(number)))
    assert nfe.fold(number) in found


@pytest.mark.parametrize("dash", "‐‑–—−-")
def test_a_dash_of_another_kind_is_a_dash(dash):
    assert AMAZON in words("Pedido " + AMAZON.replace("-", dash))


# What is written, and the number of another order that is inside of it.
PARTS = [
    (f"Pedido {MERCADO_LIVRE}", MERCADO_LIVRE[:-1]),
    (f"Pedido {MERCADO_LIVRE}", MERCADO_LIVRE[1:]),
    (f"PED.{MERCADO_LIVRE}1", MERCADO_LIVRE),
    (f"1{MERCADO_LIVRE}", MERCADO_LIVRE),
    (f"Pedido {SHOPEE}", SHOPEE[:7]),
    (f"Pedido {SHOPEE}", SHOPEE[:-1]),
    (f"Pedido {AMAZON}", "1234567"),
    (f"Pedido {AMAZON}", "702-1234567"),
    (f"OC-{AMAZON}", "1234567-1234567"),
    (f"Pedido {MAGALU}", "1234567890123456"),
    ("PEDIDO S00042-1", ODOO),
    ("XS00042", ODOO),
    ("12345678/2026", "12345678"),
    ("Chave 4126 1111222333000181", "11222333000181"),
    ("Protocolo 141260000123456", "123456"),
    ("R$ 1.234,56", "23456"),
]


@pytest.mark.parametrize(("written", "part"), PARTS)
def test_a_part_of_a_longer_number_is_no_number(written, part):
    assert nfe.fold(part) not in words(written)


def test_a_label_alone_and_short_numbers_name_nothing():
    found = words("Pedido nº 12. OC 7, ped.99; Lei 9990 de 1990 - R$ 5,00 nº pedido")
    assert found == {"pedido", "ped.99"}


def test_a_short_number_that_is_said_clearly_counts():
    assert "7" in words(purchase_number="7")
    named = '<obsCont xCampo="numPedido"><xTexto>7</xTexto></obsCont>'
    assert "7" in words(change=lambda note: issuers.put(note, "</infAdic>", named))
