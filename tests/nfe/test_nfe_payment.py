"""The words of marketplaces for a payment, and the codes of the NF-e."""

import pytest
from nfe import payment_code


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("Cartão de crédito", "03"),
        ("credit_card", "03"),
        ("CREDIT CARD 3x", "03"),
        ("Cartão de débito", "04"),
        ("debit_card", "04"),
        ("Pix", "17"),
        ("bank_transfer", "17"),
        ("Transferência", "18"),
        ("account_money", "18"),
        ("Boleto bancário", "15"),
        ("ticket", "15"),
        ("DINHEIRO", "01"),
        ("Vale-presente", "12"),
        ("Cashback", "19"),
        ("", "99"),
        (None, "99"),
        ("Shopee", "99"),
    ],
)
def test_each_word_gets_its_code(method, code):
    assert payment_code(method) == code
