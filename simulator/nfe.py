"""Build the XML of an NF-e as the treasury gives it back: signed and authorised.

Everything agrees by itself: whoever overrides a field gets a key, a protocol and a
digest that fit it, unless these are overridden too. The signature is nobody's.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from xml.sax.saxutils import escape

BRASILIA = timezone(timedelta(hours=-3))
NAMESPACE = "http://www.portalfiscal.inf.br/nfe"

DEFAULTS = {
    "issuer": "11222333000181",
    "issuer_name": "Loja Modelo Ltda",
    "recipient": "52998224725",
    "recipient_name": "Maria da Conceição",
    "total": "116.23",
    "freight": "15.00",
    "number": 123,
    "series": 1,
    "model": "55",
    "uf": "41",
    "date": datetime(2026, 11, 20, 14, 30, tzinfo=BRASILIA),
    # "1" production, "2" test.
    "environment": "1",
    # tpEmis: "1" normal, others are contingency.
    "emission": "1",
    # tpNF and finNFe: "1" and "1" are a sale, "0" and "4" a return.
    "direction": "1",
    "purpose": "1",
    # cStat; None leaves the protocol out: a bare NFe that is not authorised.
    "status": "100",
    "reason": None,
    "protocol": "141260000123456",
    "digest": "3vSJ8mZ2xkN0Wb2hQk1m8oQ1w2E=",
    # None means: as it should be.
    "key": None,
    "protocol_key": None,
    "protocol_digest": None,
    "purchase_number": "2000001234567890",
    "extra_info": "Pedido 2000001234567890",
    "encoding": "UTF-8",
    "prefix": "",
}

REASONS = {
    "100": "Autorizado o uso da NF-e",
    "150": "Autorizado o uso da NF-e, autorizacao fora de prazo",
    "110": "Uso Denegado",
    "204": "Duplicidade de NF-e",
}


def build_nfe(**overrides):
    """Return the bytes of an NF-e's file; overrides are named in DEFAULTS."""
    unknown = set(overrides) - set(DEFAULTS)
    if unknown:
        raise TypeError(f"build_nfe() knows no {', '.join(sorted(unknown))}")
    values = {**DEFAULTS, **overrides}
    values["key"] = build_key(values) if values["key"] is None else values["key"]
    nfe = _nfe(values)
    if values["status"] is None:
        body = nfe.replace("<NFe>", f'<NFe xmlns="{NAMESPACE}">', 1)
    else:
        body = (
            f'<nfeProc versao="4.00" xmlns="{NAMESPACE}">{nfe}{_protocol(values)}'
            "</nfeProc>"
        )
    if values["prefix"]:
        body = _prefixed(body, values["prefix"])
    encoding = values["encoding"]
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode(encoding)


def build_key(values):
    """Return the access key that fits the values, with its right digit."""
    front = "".join(
        (
            str(values["uf"]).zfill(2),
            f"{values['date']:%y%m}",
            str(values["issuer"]).zfill(14),
            str(values["model"]).zfill(2),
            str(values["series"]).zfill(3),
            str(values["number"]).zfill(9),
            str(values["emission"]),
            "12345678",
        )
    )
    return front + check_digit(front)


def check_digit(front):
    """Return the modulus-11 digit of a key's 43 characters, the slow plain way."""
    weight, total = 2, 0
    for character in reversed(front):
        total += (ord(character) - ord("0")) * weight
        weight = 2 if weight == 9 else weight + 1
    digit = 11 - total % 11
    return "0" if digit >= 10 else str(digit)


def _document(number):
    tag = {11: "CPF", 14: "CNPJ"}.get(len(number), "idEstrangeiro")
    return f"<{tag}>{number}</{tag}>"


def _nfe(values):
    date = values["date"].isoformat(timespec="seconds")
    total = Decimal(str(values["total"]))
    goods = total - Decimal(values["freight"])
    text = {name: escape(str(value)) for name, value in values.items()}
    return (
        f'<NFe><infNFe versao="4.00" Id="NFe{text["key"]}">'
        f"<ide><cUF>{text['uf']}</cUF><cNF>12345678</cNF><natOp>VENDA</natOp>"
        f"<mod>{text['model']}</mod><serie>{text['series']}</serie>"
        f"<nNF>{text['number']}</nNF><dhEmi>{date}</dhEmi>"
        f"<tpNF>{text['direction']}</tpNF>"
        "<idDest>1</idDest><cMunFG>4115200</cMunFG><tpImp>1</tpImp>"
        f"<tpEmis>{text['emission']}</tpEmis><cDV>{text['key'][-1:]}</cDV>"
        f"<tpAmb>{text['environment']}</tpAmb><finNFe>{text['purpose']}</finNFe>"
        "<indFinal>1</indFinal><indPres>2</indPres><indIntermed>1</indIntermed>"
        "<procEmi>0</procEmi><verProc>1.0</verProc></ide>"
        f"<emit>{_document(values['issuer'])}<xNome>{text['issuer_name']}</xNome>"
        "<enderEmit><xLgr>Rua A</xLgr><nro>1</nro><UF>PR</UF></enderEmit>"
        "<IE>9012345678</IE><CRT>1</CRT></emit>"
        f"<dest>{_document(values['recipient'])}"
        f"<xNome>{text['recipient_name']}</xNome>"
        "<enderDest><xLgr>Rua B</xLgr><nro>2</nro><UF>PR</UF></enderDest>"
        "<indIEDest>9</indIEDest></dest>"
        '<det nItem="1"><prod><cProd>ABC-1</cProd><cEAN>SEM GTIN</cEAN>'
        "<xProd>Luminária</xProd><NCM>94051190</NCM><CFOP>5102</CFOP>"
        f"<uCom>UN</uCom><qCom>1.0000</qCom><vUnCom>{goods}</vUnCom>"
        f"<vProd>{goods}</vProd><vFrete>{text['freight']}</vFrete>"
        f"<indTot>1</indTot><xPed>{text['purchase_number']}</xPed></prod>"
        "<imposto/></det>"
        f"<total><ICMSTot><vBC>0.00</vBC><vProd>{goods}</vProd>"
        f"<vFrete>{text['freight']}</vFrete><vNF>{text['total']}</vNF></ICMSTot>"
        "</total><transp><modFrete>0</modFrete></transp>"
        f"<infAdic><infCpl>{text['extra_info']}</infCpl></infAdic></infNFe>"
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>'
        f'<Reference URI="#NFe{text["key"]}">'
        f"<DigestValue>{text['digest']}</DigestValue></Reference></SignedInfo>"
        "<SignatureValue>c2lnbmF0dXJl</SignatureValue></Signature></NFe>"
    )


def _protocol(values):
    status = values["status"]
    received = values["date"] + timedelta(seconds=40)
    reason = values["reason"] or REASONS.get(status, "Rejeicao")
    key = values["protocol_key"]
    digest = values["protocol_digest"]
    protocol = values["protocol"]
    return (
        '<protNFe versao="4.00"><infProt>'
        f"<tpAmb>{values['environment']}</tpAmb><verAplic>PR-v4</verAplic>"
        f"<chNFe>{values['key'] if key is None else key}</chNFe>"
        f"<dhRecbto>{received.isoformat(timespec='seconds')}</dhRecbto>"
        + (f"<nProt>{protocol}</nProt>" if protocol else "")
        + f"<digVal>{values['digest'] if digest is None else digest}</digVal>"
        f"<cStat>{status}</cStat><xMotivo>{escape(reason)}</xMotivo>"
        "</infProt></protNFe>"
    )


def _prefixed(body, prefix):
    """Write the NF-e's own elements with a namespace prefix, the signature without."""
    before, mark, rest = body.partition("<Signature ")
    signature, end, after = rest.partition("</Signature>")

    def prefix_tags(part):
        part = part.replace("</", "\0").replace("<", f"<{prefix}:")
        return part.replace("\0", f"</{prefix}:")

    named = prefix_tags(before) + mark + signature + end + prefix_tags(after)
    return named.replace(f'xmlns="{NAMESPACE}"', f'xmlns:{prefix}="{NAMESPACE}"', 1)
