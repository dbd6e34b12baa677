"""Shipping labels in the forms a caller may meet (section 13, line 35).

GUESS (section 11.10): no source records what the hub answers.
"""

import base64
import io
import zipfile
from typing import Any

from starlette.responses import JSONResponse, Response

from .state import Order

# What real files of label printers begin with (section 7.10).
PROLOG = "\x10CT~~CD,~CC^~CT~\n"
WIDTH, HEIGHT = 283, 425  # points: 10 x 15 cm, the paper of label printers


def answer(order: Order, form: str, url: str) -> Response:
    """Return the label of an order in the form a fault switch asks for."""
    if form == "json_url":
        return JSONResponse({"url": url})
    if form == "json_base64":
        content = base64.b64encode(pdf(order)).decode()
        return JSONResponse({"contentType": "application/pdf", "base64": content})
    if form == "json_parcels":
        parcels = [pdf(order), pdf(order, parcel=2)]
        encoded = [{"pdf": base64.b64encode(part).decode()} for part in parcels]
        return JSONResponse({"labels": encoded})
    if form == "zpl_prolog":
        return Response(PROLOG + zpl(order), media_type="application/octet-stream")
    if form in MISBEHAVING:
        content, media_type = MISBEHAVING[form]()
        return Response(content, media_type=media_type)
    if form == "zpl":
        return Response(zpl(order), media_type="text/plain; charset=utf-8")
    if form == "zip":
        return _zip_answer({"etiqueta.zpl": zpl(order)})
    if form == "zip_mixed":
        return _zip_answer({"leia-me.txt": "x", "a.pdf": pdf(order), "b": zpl(order)})
    return Response(pdf(order), media_type="application/pdf")


def lines_of(order: Order) -> list[str]:
    detail: dict[str, Any] = order.detail
    to = detail["shipping"]
    shipment = detail["shipment"] or {}
    return [
        f"{detail['saleChannel']} {detail.get('saleChannelName', '')}".strip(),
        f"Pedido {detail['saleChannelOrderId']}",
        shipment.get("shippingCarrier") or shipment.get("shippingName") or "",
        f"Rastreio {shipment.get('trackingNumber') or '-'}",
        "",
        "DESTINATÁRIO",
        str(to.get("recipientName") or ""),
        f"{to.get('street')}, {to.get('streetNumber')} {to.get('streetComplement')}",
        str(to.get("district") or ""),
        f"{to.get('zipCode')}  {to.get('city')} - {to.get('state')}",
    ]


def zpl(order: Order) -> str:
    fields = "".join(
        f"^FO40,{60 + 45 * row}^A0N,32,32^FD{line}^FS"
        for row, line in enumerate(lines_of(order))
    )
    return f"^XA^CI28^PW800^LL1200{fields}^XZ"


def _zip_answer(files: dict[str, str | bytes]) -> Response:
    return Response(zipped(files), media_type="application/zip")


def zipped(files: dict[str, str | bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", packing) as file:
        for name, content in files.items():
            # A fixed date makes the same order give the same bytes.
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            file.writestr(entry, content, packing)
    return archive.getvalue()


def zip_bomb() -> bytes:
    """Pack a file that is a thousand times larger than what is sent."""
    return zipped({"etiqueta.pdf": b"%PDF" + bytes(60_000_000)}, zipfile.ZIP_DEFLATED)


# Answers with status 200 that are no label, or none that can be printed.
MISBEHAVING = {
    "pending": lambda: (b'{"status": "PENDING"}', "application/json"),
    "html": lambda: (b"<!doctype html><h1>Manutencao</h1>", "text/html"),
    "image": lambda: (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png"),
    "broken": lambda: (b"%PDF-1.4 and then nothing", "application/pdf"),
    "huge": lambda: (b"%PDF-1.4\n" + bytes(21_000_000), "application/pdf"),
    "zip_bomb": lambda: (zip_bomb(), "application/zip"),
    "private_url": lambda: (b'{"url": "https://10.0.0.7/a.pdf"}', "application/json"),
}


def pdf(order: Order, parcel: int = 1) -> bytes:
    """Write a one-page PDF by hand: text, and bars that only look like a code."""
    lines = [*lines_of(order), *([f"Volume {parcel}"] if parcel > 1 else [])]
    text = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    bars = "".join(
        f"{24 + 4 * place} 60 {1 + int(digit, 16) % 3} 70 re f\n"
        for place, digit in enumerate(order.id.replace("-", "")[:32] * 2)
        if 24 + 4 * place < WIDTH - 24
    )
    content = f"BT /F1 11 Tf 15 TL 24 {HEIGHT - 40} Td\n{text}ET\n{bars}".encode(
        "cp1252", "replace"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>" % (WIDTH, HEIGHT),
        (
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica"
            b" /Encoding /WinAnsiEncoding >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    """Number the objects and write the table that tells where each begins."""
    document, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return document + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(document))
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
