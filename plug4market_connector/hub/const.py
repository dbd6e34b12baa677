"""Facts about the hub that are tables: hosts, limits, words, channels."""

# docs/hub-api.md 1. White-label twins live elsewhere: the base URL stays configurable.
BASE_URLS = {
    "production": "https://api.plug4market.com.br",
    "sandbox": "https://api.sandbox.plug4market.com.br",
    "simulator": "http://127.0.0.1:8070",
}

# docs/hub-api.md 9.2: per store (CNPJ); what is above it answers 429.
CALLS_PER_MINUTE = 100

# docs/hub-api.md 1: clients give token calls 120 s where others get 30 s. A token call
# that is cut off may have rotated the pair, and then locks the store out.
TOKEN_TIMEOUT_FACTOR = 4

# A whole answer, from its first byte: a hub that sends one byte now and then must not
# hold a worker. A token call may wait as long.
ANSWER_SECONDS = 120
# What is read of an answer, unpacked: a page of a hundred orders has a tenth of it.
MAX_ANSWER_BYTES = 10_000_000
# And of a label, which may come as text in JSON, or as a zip.
MAX_LABEL_BYTES = 20_000_000

# docs/hub-api.md 11 #14: the largest page size seen anywhere.
PAGE_SIZE = 100
# No store has more: a bound for a hub that would turn pages for ever.
MAX_PAGES = 10_000

# docs/hub-api.md 7.3, ``orderType``.

# docs/hub-api.md 7.9: the form of a cancellation is unknown; in order of likelihood.
CANCEL_FORMS = (
    *("POST /orders/{id}/cancel/{channel}", "PUT /orders/{id}/cancel/{channel}"),
    *("DELETE /orders/{id}/cancel/{channel}", "PATCH /orders/{id}/cancel/{channel}"),
    *("POST /orders/{id}/cancel", "PUT /orders/{id}/cancel"),
)

# docs/hub-api.md 5.2 and 5.3.
GENDERS = ("masculino", "feminino", "menino", "menina", "unissex", "bebe")
CONDITIONS = ("novo", "usado")
ORIGINS = ("nacional", "importado")
LISTING_TYPES = ("CLASSICO", "PREMIUM")
MEASUREMENT_UNITS = (
    *("un", "kg", "g", "mg", "m", "m²", "m³", "cm", "cm²", "cm³", "mm", "mm²", "mm³"),
    *("oz", "lb", "ft", "ft²", "ft³", "in", "in²", "in³"),
)

# docs/hub-api.md 13 #43: what one client found while mirroring the reference; longer
# ones may be refused or cut by a marketplace.
NAME_LENGTH = 60
DESCRIPTION_LENGTH = 6000

# Keys whose values never reach a log line (docs/hub-api.md 2).
SECRET_KEYS = frozenset(
    {
        "accessToken",
        "refreshToken",
        "access_token",
        "refresh_token",
        "Authorization",
        "password",
        "token",
        "tokenHub",
    }
)

# docs/hub-api.md 4.2: hub id -> (name, CNPJ). The CNPJs come from one client's table:
# check them before fiscal use.
DEFAULT_CHANNELS = {
    1: ("Amazon", "15436940000103"),
    2: ("Via Marketplace", "33041260199572"),
    4: ("Magazine Luiza", "47960950000121"),
    5: ("Netshoes", "09339936000205"),
    6: ("Americanas Marketplace", "00776574000660"),
    7: ("Mercado Livre", "03007331000141"),
    8: ("Carrefour", "45543915084695"),
    9: ("MadeiraMadeira", "10490181000135"),
    10: ("Dafiti", "11200418000592"),
    11: ("Magento 1", ""),
    15: ("FastShop", ""),
    16: ("Lojas Colombo", ""),
    17: ("Climba Commerce", ""),
    18: ("Iguatemi", ""),
    19: ("Centauro", ""),
    20: ("Leroy Merlin", "01438784006561"),
    22: ("Rappi", ""),
    23: ("WooCommerce", ""),
    24: ("VTEX", ""),
    25: ("Tray", ""),
    26: ("Shopee", "35635824000112"),
    27: ("C&A", "45242914000105"),
    28: ("Drogasil", ""),
    29: ("iSET", ""),
    30: ("Novo Mundo", ""),
    31: ("Loja Integrada", ""),
    32: ("Magento 2", ""),
    33: ("Renner", "92754738000162"),
    34: ("Riachuelo", "33200056000149"),
    35: ("CWS", ""),
    36: ("Olist", ""),
    37: ("Cassol", ""),
    38: ("Tray Commerce", ""),
    39: ("Linx", ""),
    40: ("Casa & Vídeo", ""),
    41: ("Decathlon", ""),
    42: ("Grupo Soma", ""),
    43: ("Multifast", ""),
    44: ("Ortobom", ""),
    45: ("Vertem", ""),
    46: ("RD Marketplace", ""),
    47: ("Coopera", ""),
    48: ("Reserva", ""),
    49: ("ShopHub", ""),
    50: ("Lojas MM", ""),
    51: ("Mesbla", ""),
    52: ("ConectaLá", ""),
    53: ("Polishop", ""),
    54: ("B4C", ""),
    55: ("Balaroti", ""),
    56: ("CJFashion", ""),
    57: ("ConnectParts", ""),
    58: ("Fibra Cirúrgica", ""),
    59: ("KeepRunning", ""),
    60: ("Pangeia", ""),
    61: ("OffPremium", ""),
    62: ("Shopping Calçado", ""),
    63: ("Sicredi", ""),
    64: ("AliExpress", ""),
    66: ("Simplo7", ""),
    67: ("Camicado", ""),
    68: ("F1 Commerce", ""),
    69: ("MKX", ""),
    70: ("Nuvemshop", ""),
    71: ("Flexy", ""),
    72: ("Magazord", ""),
    73: ("Tiny", ""),
    74: ("Shein", "45814425000172"),
    75: ("FarmaDelivery", ""),
    76: ("VNDA", ""),
    77: ("Zema", ""),
    78: ("Sicoob", ""),
    79: ("ViaWear", ""),
    80: ("Centro Fashion", ""),
    81: ("Passarela", ""),
    82: ("Shop dos Cabelos", ""),
    83: ("Privalia", ""),
    84: ("VTEX B2B", ""),
    85: ("Krooze", ""),
    86: ("Posthaus", ""),
    87: ("WooCommerce B2B", ""),
    88: ("Ramarim", ""),
    89: ("LeBiscuit", ""),
    90: ("Oscar Calçados", ""),
    91: ("Angeloni", ""),
    92: ("Confortflex", ""),
    93: ("VentureShop", ""),
    94: ("PitStop", ""),
    95: ("Belgo", ""),
    96: ("Dormed", ""),
    97: ("BabyBiz", ""),
    98: ("Webcontinental", ""),
    101: ("Grupo Itapuã", ""),
    104: ("Aramis", ""),
    105: ("Época Cosméticos", ""),
    106: ("Mateus Mais", ""),
    107: ("Na Terra", ""),
    108: ("RiHappy", ""),
    111: ("Marisol", ""),
    2320: ("Ponto de Vendas", ""),
}
