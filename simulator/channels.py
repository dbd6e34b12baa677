"""Sales channels: ids and names of section 4.2, CNPJs where a client recorded them."""

from typing import Any

from fastapi import APIRouter

from .deps import HubDep

router = APIRouter(tags=["canais"])

MERCADO_LIVRE = 7

CHANNELS: dict[int, str] = {
    1: "Amazon",
    2: "Via Marketplace",
    4: "Magazine Luiza",
    5: "Netshoes",
    6: "Americanas Marketplace",
    7: "Mercado Livre",
    8: "Carrefour",
    9: "MadeiraMadeira",
    10: "Dafiti",
    11: "Magento 1",
    15: "FastShop",
    16: "Lojas Colombo",
    17: "Climba Commerce",
    18: "Iguatemi",
    19: "Centauro",
    20: "Leroy Merlin",
    22: "Rappi",
    23: "WooCommerce",
    24: "VTEX",
    25: "Tray",
    26: "Shopee",
    27: "C&A",
    28: "Drogasil",
    29: "iSET",
    30: "Novo Mundo",
    31: "Loja Integrada",
    32: "Magento 2",
    33: "Renner",
    34: "Riachuelo",
    35: "CWS",
    36: "Olist",
    37: "Cassol",
    38: "Tray Commerce",
    39: "Linx",
    40: "Casa & Vídeo",
    41: "Decathlon",
    42: "Grupo Soma",
    43: "Multifast",
    44: "Ortobom",
    45: "Vertem",
    46: "RD Marketplace",
    47: "Coopera",
    48: "Reserva",
    49: "ShopHub",
    50: "Lojas MM",
    51: "Mesbla",
    52: "ConectaLá",
    53: "Polishop",
    54: "B4C",
    55: "Balaroti",
    56: "CJFashion",
    57: "ConnectParts",
    58: "Fibra Cirúrgica",
    59: "KeepRunning",
    60: "Pangeia",
    61: "OffPremium",
    62: "Shopping Calçado",
    63: "Sicredi",
    64: "AliExpress",
    66: "Simplo7",
    67: "Camicado",
    68: "F1 Commerce",
    69: "MKX",
    70: "Nuvemshop",
    71: "Flexy",
    72: "Magazord",
    73: "Tiny",
    74: "Shein",
    75: "FarmaDelivery",
    76: "VNDA",
    77: "Zema",
    78: "Sicoob",
    79: "ViaWear",
    80: "Centro Fashion",
    81: "Passarela",
    82: "Shop dos Cabelos",
    83: "Privalia",
    84: "VTEX B2B",
    85: "Krooze",
    86: "Posthaus",
    87: "WooCommerce B2B",
    88: "Ramarim",
    89: "LeBiscuit",
    90: "Oscar Calçados",
    91: "Angeloni",
    92: "Confortflex",
    93: "VentureShop",
    94: "PitStop",
    95: "Belgo",
    96: "Dormed",
    97: "BabyBiz",
    98: "Webcontinental",
    101: "Grupo Itapuã",
    104: "Aramis",
    105: "Época Cosméticos",
    106: "Mateus Mais",
    107: "Na Terra",
    108: "RiHappy",
    111: "Marisol",
    2320: "Ponto de Vendas",
}

CHANNEL_CNPJS: dict[int, str] = {
    1: "15436940000103",
    2: "33041260199572",
    4: "47960950000121",
    5: "09339936000205",
    6: "00776574000660",
    7: "03007331000141",
    8: "45543915084695",
    9: "10490181000135",
    10: "11200418000592",
    20: "01438784006561",
    26: "35635824000112",
    27: "45242914000105",
    33: "92754738000162",
    34: "33200056000149",
    74: "45814425000172",
}


def channel_name(channel: int) -> str:
    return CHANNELS.get(channel, str(channel))


@router.get("/sales-channels")
async def list_sales_channels(hub: HubDep) -> Any:
    """A bare list, read without a token by one client (section 4.1)."""
    # GUESS (section 11.8): the fields of an element.
    channels = [
        {"id": number, "name": name.upper(), "cnpj": CHANNEL_CNPJS.get(number)}
        for number, name in CHANNELS.items()
    ]
    if hub.faults.channel_list == "code_text":
        return [{"code": str(c["id"]), "text": c["name"]} for c in channels]
    return {"data": channels} if hub.faults.channel_list == "data" else channels
