"""CPF and CNPJ, with and without letters."""

import hub
import pytest


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("529.982.247-25", "52998224725"),
        (" 11.222.333/0001-81 ", "11222333000181"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("\uff15\uff12\uff19", "529"),
        ("BR 52998224725", "BR52998224725"),
        ("", ""),
        (None, ""),
        (52998224725, "52998224725"),
    ],
)
def test_a_document_is_written_in_one_way(written, normal):
    assert hub.normalise_document(written) == normal


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ("529.982.247-25", "cpf"),
        ("52998224725", "cpf"),
        ("11144477735", "cpf"),
        ("12345678909", "cpf"),
        ("00000000191", "cpf"),
        ("52998224724", None),
        ("52998224735", None),
        ("11111111111", None),
        ("00000000000", None),
        ("5299822472", None),
        ("5299822472X", None),
        ("11.222.333/0001-81", "cnpj"),
        ("00000000000191", "cnpj"),
        ("03.007.331/0001-41", "cnpj"),
        ("11222333000180", None),
        ("11222333000191", None),
        ("00000000000000", None),
        # The example the treasury published with the new form.
        ("12.ABC.345/01DE-35", "cnpj"),
        ("12.abc.345/01de-35", "cnpj"),
        ("12ABC34501DE36", None),
        ("12ABC34501DEA5", None),
        ("***.982.247-**", None),
        ("", None),
        (None, None),
        ("²²²²²²²²²²²", None),
    ],
)
def test_check_digits_tell_what_a_document_is(document, kind):
    assert hub.document_kind(document) == kind


@pytest.mark.parametrize("document", [c for _n, c in hub.DEFAULT_CHANNELS.values()])
def test_the_channels_documents_are_right(document):
    assert document == "" or hub.document_kind(document) == "cnpj"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("***.982.247-**", True),
        ("529*82*4725", True),
        ("XXX.982.247-XX", True),
        ("xxx98224725", True),
        ("M***a", True),
        ("•••••", True),
        ("###", True),
        ("52998224725", False),
        ("Rua Alexxandre * 5", False),
        ("Ap #12", False),
        ("", False),
        (None, False),
    ],
)
def test_a_mask_is_seen(text, masked):
    assert hub.is_masked(text) is masked


def test_letters_of_a_right_cnpj_are_no_mask():
    from hub.documents import _check_digit

    base = "XXX123450001"
    weights = (2, 3, 4, 5, 6, 7, 8, 9) * 2
    first = _check_digit(base, weights)
    document = base + first + _check_digit(base + first, weights)
    assert hub.document_kind(document) == "cnpj"
    assert not hub.is_masked(document)


@pytest.mark.parametrize(
    ("written", "clear"),
    [
        ("11.222.333/0001-81", "11222333000181"),
        ("11222333000199", "11222333000199"),
        ("12ABC34501DE35", "12ABC34501DE35"),
        ("11.***.***/****-81", ""),
        ("XXXXXXXX000181", ""),
        ("1122233300018", ""),
        ("00000000000000", ""),
        (None, ""),
    ],
)
def test_a_cnpj_that_is_masked_or_cut_is_not_known(written, clear):
    assert hub.clear_cnpj(written) == clear
