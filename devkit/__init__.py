"""What `./dev` is made of: a real Odoo 19, PostgreSQL and the simulator, under .dev/.

Only the standard library is imported here, because this runs before anything is
installed. Read in this order: commands (what each command does), environment (Python
packages), debian (packages unpacked from Debian), odoo (which Odoo, its configuration),
postgres (the embedded server), databases (base, demo, test), servers (Odoo and the
simulator as processes), demo (connects the two).

Tests and benchmarks use `devkit.servers` and `devkit.databases`.
"""
