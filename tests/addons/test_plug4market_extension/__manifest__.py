{
    "name": "Plug4Market Connector: an extension",
    "summary": "Overrides what other addons may rely on; only the tests install it",
    "version": "19.0.1.0.0",
    "category": "Hidden/Tests",
    "license": "LGPL-3",
    "author": "plug4market_connector contributors",
    "depends": ["plug4market_connector"],
}
