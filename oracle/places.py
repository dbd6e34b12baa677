"""Where an order goes: every Brazilian state by a city that there is, and abroad."""

from typing import NamedTuple


class City(NamedTuple):
    """A city with the CEP of a street in it, its IBGE code, and its state twice."""

    name: str
    cep: str
    ibge: str
    uf: str
    state: str


CITIES = [
    City(*line.split(";"))
    for line in """
Porto Velho;76801000;1100205;RO;Rondônia
Rio Branco;69900062;1200401;AC;Acre
Manaus;69005070;1302603;AM;Amazonas
Boa Vista;69301110;1400100;RR;Roraima
Belém;66010000;1501402;PA;Pará
Macapá;68900073;1600303;AP;Amapá
Palmas;77001002;1721000;TO;Tocantins
São Luís;65010000;2111300;MA;Maranhão
Teresina;64000020;2211001;PI;Piauí
Fortaleza;60025000;2304400;CE;Ceará
Natal;59010000;2408102;RN;Rio Grande do Norte
João Pessoa;58010000;2507507;PB;Paraíba
Recife;50010000;2611606;PE;Pernambuco
Maceió;57020000;2704302;AL;Alagoas
Aracaju;49010000;2800308;SE;Sergipe
Salvador;40020000;2927408;BA;Bahia
Belo Horizonte;30110000;3106200;MG;Minas Gerais
Vitória;29010000;3205309;ES;Espírito Santo
Rio de Janeiro;20010000;3304557;RJ;Rio de Janeiro
São Paulo;01001000;3550308;SP;São Paulo
Campinas;13010000;3509502;SP;São Paulo
Curitiba;80010000;4106902;PR;Paraná
Maringá;87013000;4115200;PR;Paraná
Florianópolis;88010000;4205407;SC;Santa Catarina
Porto Alegre;90010000;4314902;RS;Rio Grande do Sul
Campo Grande;79002000;5002704;MS;Mato Grosso do Sul
Cuiabá;78005000;5103403;MT;Mato Grosso
Goiânia;74003010;5208707;GO;Goiás
Brasília;70040010;5300108;DF;Distrito Federal
""".strip().splitlines()
]
BRAZIL = (
    *("BR", "BR", "BR", "Brasil", "BRASIL", "Brazil", "bra", None, "", "null"),
    *("Não informado", "República Federativa do Brasil", "Sem país"),
)
ABROAD = {
    "US": ("US", "USA", "Estados Unidos", "United States"),
    "DE": ("DE", "DEU", "Alemanha", "Germany"),
    "MX": ("MX", "MEX", "México", "Mexico"),
    "PT": ("PT", "PRT", "Portugal"),
    "JP": ("JP", "JPN", "Japão", "Japan"),
}
NOWHERE = ("Lugar Nenhum", "Brasiliana", "Terra do Nunca", "Nigéria do Sul")


def address(draw, city):
    """An address in Brazil that leaves no doubt, as the hub may write it."""
    state = draw.one(
        [
            *(city.uf, city.uf, city.uf.lower(), city.state, city.state.upper()),
            *(f"BR-{city.uf}", f"{city.state} - {city.uf}", "", None),
        ]
    )
    return {
        "street": "Rua das Flores",
        "streetNumber": str(draw.whole(1, 2000)),
        "streetComplement": draw.one([None, "", "ap 4"]),
        "district": "Centro",
        "city": city.name,
        "state": state,
        "country": draw.one(BRAZIL),
        "zipCode": draw.one(
            [city.cep, f"{city.cep[:5]}-{city.cep[5:]}", int(city.cep)]
        ),
        "ibge": draw.one([city.ibge, None, int(city.ibge)]),
        "phone": draw.one(["11999998888", None, "(11) *****-8888"]),
    }
