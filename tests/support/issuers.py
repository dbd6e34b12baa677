"""NF-es as issuers, their ERPs and the treasury's services hand them out.

Each function takes the bytes of a plain note, as ``simulator.nfe`` builds it, and
returns another file about the same sale.
"""

import base64
import gzip
from xml.sax.saxutils import escape

from simulator.nfe import NAMESPACE

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>'
SOAP = "http://www.w3.org/2003/05/soap-envelope"
SERVICE = f"{NAMESPACE}/wsdl/NFeDistribuicaoDFe"


def bare(note):
    """The note without its declaration, to stand inside of something."""
    return note.partition(b"?>")[2]


def put(note, place, xml, *, after=False):
    """``xml`` before the first ``place`` of a note, or after it."""
    old, new = place.encode(), xml.encode()
    assert old in note, place
    return note.replace(old, old + new if after else new + old, 1)


# -- layouts ------------------------------------------------------------------


def layout_310(note):
    """Layout 3.10: the payment at the beginning, no indicator of the intermediary."""
    note = note.replace(b'versao="4.00"', b'versao="3.10"')
    note = note.replace(b"<indIntermed>1</indIntermed>", b"")
    note = put(note, "<mod>", "<indPag>0</indPag>")
    return put(note, "</ide>", "<dhSaiEnt>2026-11-20T15:00:00-03:00</dhSaiEnt>")


def with_reform(note, total):
    """What the tax reform adds: groups IBSCBS and IBSCBSTot, and ``vNFTot``."""
    item = (
        "<IBSCBS><CST>000</CST><cClassTrib>000001</cClassTrib><gIBSCBS>"
        "<vBC>100.00</vBC><gIBSUF><pIBSUF>0.10</pIBSUF><vIBSUF>0.10</vIBSUF></gIBSUF>"
        "<vIBS>0.10</vIBS><gCBS><pCBS>0.90</pCBS><vCBS>0.90</vCBS></gCBS></gIBSCBS>"
        "</IBSCBS>"
    )
    totals = (
        "<IBSCBSTot><vBCIBSCBS>100.00</vBCIBSCBS><gIBS><vIBS>0.10</vIBS></gIBS>"
        f"<gCBS><vCBS>0.90</vCBS></gCBS></IBSCBSTot><vNFTot>{total}</vNFTot>"
    )
    note = note.replace(b"<imposto/>", f"<imposto>{item}</imposto>".encode(), 1)
    note = put(note, "<mod>", "<cMunFGIBS>4115200</cMunFGIBS>")
    return put(note, "</total>", totals)


def with_supplement(note):
    """The QR code, between what is signed and the signature."""
    code = "<infNFeSupl><qrCode><![CDATA[https://x.example/?p=1|2|1&z=2]]></qrCode>"
    return put(note, "</infNFe>", f"{code}</infNFeSupl>", after=True)


def with_broken_key(note):
    """The key on several lines, as a form writes it."""
    key = note.partition(b'Id="NFe')[2][:44]
    lines = b"\r\n    ".join((key[:15], key[15:30], key[30:]))
    return note.replace(b'Id="NFe' + key, b'Id="NFe' + lines).replace(
        b"<chNFe>" + key, b"<chNFe>\r\n  " + lines + b"\r\n"
    )


def pretty(note):
    """Every element on a line of its own, as Windows ends lines."""
    return note.replace(b"><", b">\r\n<")


# -- envelopes ----------------------------------------------------------------


def soap(note):
    """An answer of a web service, whose prefixes the note does not know."""
    return (
        DECLARATION
        + f'<soap:Envelope xmlns:soap="{SOAP}" xmlns:xsi="urn:xsi"><soap:Header/>'
        f'<soap:Body><ws:nfeResultMsg xmlns:ws="{SERVICE}">'.encode()
        + bare(note)
        + b"</ws:nfeResultMsg></soap:Body></soap:Envelope>"
    )


def distribution(*documents):
    """The answer of the distribution service: each document a ``docZip``."""
    zips = b"".join(
        f'<docZip NSU="{number:015}" schema="procNFe_v4.00.xsd">'.encode()
        + base64.b64encode(gzip.compress(document))
        + b"</docZip>"
        for number, document in enumerate(documents, 1)
    )
    answer = (
        f'<retDistDFeInt xmlns="{NAMESPACE}" versao="1.01"><tpAmb>1</tpAmb>'
        "<cStat>138</cStat><xMotivo>Documento(s) localizado(s)</xMotivo>"
        "<loteDistDFeInt>".encode()
        + zips
        + b"</loteDistDFeInt></retDistDFeInt>"
    )
    return soap(DECLARATION + answer)


def batch(note):
    """The batch in which an issuer sends notes, kept with what came back."""
    return (
        f'<enviNFe xmlns="{NAMESPACE}" versao="4.00"><idLote>1</idLote>'
        "<indSinc>1</indSinc>".encode()
        + bare(note).replace(f' xmlns="{NAMESPACE}"'.encode(), b"", 1)
        + b"</enviNFe>"
    )


def apart(note):
    """What was sent and what came back, one after the other, as some ERPs keep it."""
    body = bare(note)
    nfe = b"<NFe" + body.partition(b"<NFe")[2].partition(b"</NFe>")[0] + b"</NFe>"
    protocol = b"<protNFe" + body.partition(b"<protNFe")[2].partition(b"</protNFe>")[0]
    space = f' xmlns="{NAMESPACE}"'.encode()
    return (
        b"<retorno><enviNFe" + space + b"><idLote>1</idLote>" + nfe + b"</enviNFe>"
        b"<retEnviNFe" + space + b"><cStat>104</cStat>" + protocol + b"</protNFe>"
        b"</retEnviNFe></retorno>"
    )


def as_cdata(note):
    """An ERP's own file, in which the note is a text."""
    return b"<erp><pedido>1</pedido><xml><![CDATA[" + note + b"]]></xml></erp>"


def as_escaped(note):
    """The same with the note's own signs escaped."""
    text = escape(note.decode()).encode()
    return DECLARATION + b"<string xmlns='urn:ws'>\n" + text + b"\n</string>"


def as_base64(note):
    """Base64 in lines, as mails and web services have it."""
    return base64.encodebytes(note)


def as_base64_in_xml(note):
    """The same in an ERP's own file."""
    return b"<nota><conteudo>" + base64.b64encode(note) + b"</conteudo></nota>"


ENVELOPES = {
    "SOAP": soap,
    "docZip": distribution,
    "enviNFe": batch,
    "sent and answered apart": apart,
    "CDATA of an ERP": as_cdata,
    "escaped text of an ERP": as_escaped,
    "base64 of an ERP": as_base64_in_xml,
    "nfeProc in an nfeProc": lambda note: b"<nfeProc>" + bare(note) + b"</nfeProc>",
    "gzip": gzip.compress,
    "base64": as_base64,
    "base64 of gzip": lambda note: base64.b64encode(gzip.compress(note)),
    "data address": lambda note: (
        b"data:application/xml;base64," + base64.b64encode(note)
    ),
    "gzip of an envelope": lambda note: gzip.compress(as_cdata(soap(note))),
}
