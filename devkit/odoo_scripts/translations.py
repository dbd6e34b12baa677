"""Export the addon's .pot and bring pt_BR.po up to it (run by `odoo shell`).

What no longer exists leaves pt_BR.po; what is new stands in it with an empty msgstr.
"""
# ruff: noqa: F821  (`env` is given by `odoo shell`)

import io
from pathlib import Path

import polib

from odoo.modules import get_module_path
from odoo.tools.translate import trans_export

ADDON = "plug4market_connector"
HEADER = ("Project-Id-Version", "MIME-Version", "Content-Type")

exported = io.BytesIO()
trans_export(None, [ADDON], exported, "po", env)
template = polib.pofile(exported.getvalue().decode())
# A date in the header would make every export a change.
template.metadata = {key: template.metadata[key] for key in HEADER}

folder = Path(get_module_path(ADDON)) / "i18n"
folder.mkdir(exist_ok=True)
template.save(str(folder / f"{ADDON}.pot"))

path = folder / "pt_BR.po"
known = {}
if path.exists():
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
template.metadata |= {
    "Language": "pt_BR",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}
for entry in template:
    entry.msgstr = known.get(entry.msgid, "")
template.save(str(path))
