"""Build the XML of an NF-e's events in the layouts in which issuers hand them out."""

from datetime import datetime
from xml.sax.saxutils import escape

from .nfe import BRASILIA, DEFAULTS, NAMESPACE, build_key

EVENT = {
    # The note: its key, and who asks; None is the issuer whom the key names.
    "key": build_key(DEFAULTS),
    "author": None,
    # tpEvento: 110111 cancels, 110112 does so by substitution, 110110 corrects.
    "kind": "110111",
    "environment": "1",
    # cStat of the answer; None leaves the answer out.
    "status": "135",
    "reason": "Evento registrado e vinculado a NF-e",
    "date": datetime(2026, 11, 20, 16, 0, tzinfo=BRASILIA),
    "layout": "procEventoNFe",
    "encoding": "UTF-8",
}

NAMES = {
    "110110": "Carta de Correcao",
    "110111": "Cancelamento",
    "110112": "Cancelamento por substituicao",
    "210200": "Confirmacao da Operacao",
}

LAYOUTS = ("procEventoNFe", "retEvento", "retEnvEvento", "soap", "procCancNFe", "pair")


def build_event(**overrides):
    """Return the bytes of an event's file; overrides are named in EVENT."""
    values = _filled(overrides)
    body = _layout(values).replace(">", f' xmlns="{NAMESPACE}">', 1)
    encoding = values["encoding"]
    return f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode(encoding)


def with_event(note, **overrides):
    """Return a note with an event appended, as some issuers keep a cancelled one."""
    event = _layout(_filled(overrides)).encode()
    return note.replace(b"</nfeProc>", event + b"</nfeProc>")


def _filled(overrides):
    unknown = set(overrides) - set(EVENT)
    if unknown:
        raise TypeError(f"no event has {', '.join(sorted(unknown))}")
    values = {**EVENT, **overrides}
    values["author"] = values["author"] or values["key"][6:20]
    return values


def _layout(values):
    if values["layout"] == "procCancNFe":
        return _before_there_were_events(values)
    asked, answered = _request(values), _answer(values)
    return {
        "procEventoNFe": f'<procEventoNFe versao="1.00">{asked}{answered}'
        "</procEventoNFe>",
        "retEvento": answered,
        "pair": f"<eventos>{asked}{answered}</eventos>",
        "retEnvEvento": _batch(values, answered),
        "soap": '<Envelope><Body><nfeResultMsg xmlns="http://www.portalfiscal.inf.br/'
        f'nfe/wsdl/NFeRecepcaoEvento4">{_batch(values, answered)}'
        "</nfeResultMsg></Body></Envelope>",
    }[values["layout"]]


def _request(values):
    tag = "CPF" if len(values["author"]) == 11 else "CNPJ"
    return (
        f'<evento versao="1.00"><infEvento Id="ID{values["kind"]}{values["key"]}01">'
        f"<cOrgao>41</cOrgao><tpAmb>{values['environment']}</tpAmb>"
        f"<{tag}>{values['author']}</{tag}><chNFe>{values['key']}</chNFe>"
        f"<dhEvento>{_written(values)}</dhEvento><tpEvento>{values['kind']}</tpEvento>"
        "<nSeqEvento>1</nSeqEvento><verEvento>1.00</verEvento>"
        f'<detEvento versao="1.00"><descEvento>{NAMES[values["kind"]]}</descEvento>'
        "<nProt>141260000123456</nProt><xJust>Comprador desistiu da compra</xJust>"
        "</detEvento></infEvento></evento>"
    )


def _answer(values):
    if values["status"] is None:
        return ""
    return (
        '<retEvento versao="1.00"><infEvento>'
        f"<tpAmb>{values['environment']}</tpAmb><verAplic>PR-v4</verAplic>"
        f"<cOrgao>41</cOrgao><cStat>{values['status']}</cStat>"
        f"<xMotivo>{escape(values['reason'])}</xMotivo><chNFe>{values['key']}</chNFe>"
        f"<tpEvento>{values['kind']}</tpEvento>"
        f"<xEvento>{NAMES[values['kind']]}</xEvento><nSeqEvento>1</nSeqEvento>"
        f"<CPFDest>52998224725</CPFDest><dhRegEvento>{_written(values)}</dhRegEvento>"
        "<nProt>141260000999999</nProt></infEvento></retEvento>"
    )


def _batch(values, answered):
    return (
        '<retEnvEvento versao="1.00"><idLote>1</idLote>'
        f"<tpAmb>{values['environment']}</tpAmb><verAplic>PR-v4</verAplic>"
        "<cOrgao>41</cOrgao><cStat>128</cStat>"
        f"<xMotivo>Lote de Evento Processado</xMotivo>{answered}</retEnvEvento>"
    )


def _before_there_were_events(values):
    both = f"<tpAmb>{values['environment']}</tpAmb>"
    key = f"<chNFe>{values['key']}</chNFe>"
    return (
        '<procCancNFe versao="2.00"><cancNFe versao="2.00">'
        f"<infCanc>{both}<xServ>CANCELAR</xServ>{key}<nProt>141260000123456</nProt>"
        "<xJust>Comprador desistiu da compra</xJust></infCanc></cancNFe>"
        f'<retCancNFe versao="2.00"><infCanc>{both}<verAplic>PR</verAplic>'
        f"<cStat>101</cStat><xMotivo>Cancelamento homologado</xMotivo>{key}"
        "</infCanc></retCancNFe></procCancNFe>"
    )


def _written(values):
    return values["date"].isoformat(timespec="seconds")
