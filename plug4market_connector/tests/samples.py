"""An order as the hub tells it, and the authorised NF-e of its invoice."""

import uuid
from datetime import datetime, timedelta, timezone

BRASILIA = timezone(timedelta(hours=-3))
NAMESPACE = "http://www.portalfiscal.inf.br/nfe"
BUYER_CPF = "52998224725"


def make_order(**values):
    """An approved order of 2 x 39.90, freight 15.00 and interest 1.43: 96.23."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    address = {
        "street": "Rua das Flores",
        "streetNumber": "123",
        "streetComplement": "",
        "district": "Centro",
        "city": "Curitiba",
        "state": "PR",
        "country": "BR",
        "zipCode": "80010000",
        "phone": "41999990000",
    }
    return {
        "id": str(uuid.uuid4()),
        "orderId": 1001,
        "orderIdStore": None,
        "integratedStore": False,
        "saleChannel": "7",
        "saleChannelName": "Mercado Livre",
        "saleChannelOrderId": "2000001234567890",
        "saleChannelCreated": now,
        "orderType": 0,
        "status": "APPROVED",
        "statusUpdateDate": [{"status": "APPROVED", "updateDate": now}],
        "createdAt": now,
        "updatedAt": now,
        "totalAmount": 96.23,
        "totalCommission": 12.5,
        "shippingCost": 15.0,
        "interest": 1.43,
        "billing": {
            **address,
            "name": "Maria da Conceição",
            "email": "maria@example.com",
            "documentId": BUYER_CPF,
            "taxPayer": False,
        },
        "shipping": {**address, "recipientName": "Maria da Conceição"},
        "orderItems": [
            {
                "orderItemId": "1",
                "productId": "SMOKE-1",
                "sku": "SMOKE-1",
                "name": "Caneca",
                "quantity": 2,
                "price": 39.9,
                "originalPrice": 39.9,
                "discount": 0,
                "total": 79.8,
            }
        ],
        "paymentMethods": [{"method": "pix", "value": 96.23, "installments": 1}],
        "invoice": None,
        "shipment": None,
        **values,
    }


def make_nfe(issuer, recipient, total):
    """The bytes of an ``nfeProc`` that agrees with itself; it is signed by nobody."""
    date = datetime.now(BRASILIA).replace(microsecond=0)
    front = f"41{date:%y%m}{issuer}55001000000123112345678"
    key = front + _check_digit(front)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<nfeProc versao="4.00" xmlns="{NAMESPACE}"><NFe><infNFe Id="NFe{key}">'
        "<ide><cUF>41</cUF><mod>55</mod><serie>1</serie><nNF>123</nNF>"
        f"<dhEmi>{date.isoformat()}</dhEmi><tpNF>1</tpNF><tpEmis>1</tpEmis>"
        "<tpAmb>1</tpAmb><finNFe>1</finNFe></ide>"
        f"<emit><CNPJ>{issuer}</CNPJ></emit><dest><CPF>{recipient}</CPF></dest>"
        f"<total><ICMSTot><vNF>{total:.2f}</vNF></ICMSTot></total></infNFe></NFe>"
        f"<protNFe><infProt><tpAmb>1</tpAmb><chNFe>{key}</chNFe>"
        "<nProt>141260000123456</nProt><cStat>100</cStat>"
        "<xMotivo>Autorizado o uso da NF-e</xMotivo></infProt></protNFe></nfeProc>"
    ).encode()


def _check_digit(front):
    """The modulus-11 digit of an access key's 43 digits."""
    weights = (2 + place % 8 for place in range(43))
    digits = zip(weights, reversed(front), strict=True)
    digit = 11 - sum(weight * int(digit) for weight, digit in digits) % 11
    return str(digit if digit < 10 else 0)
