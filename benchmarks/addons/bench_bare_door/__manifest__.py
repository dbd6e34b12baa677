{
    "name": "Bare door",
    "summary": "The least that a webhook can do; only the benchmarks install it",
    "version": "19.0.1.0.0",
    "author": "plug4market_connector contributors",
    "license": "LGPL-3",
    "depends": ["base"],
}
