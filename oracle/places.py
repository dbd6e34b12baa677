"""Where an order goes: every Brazilian state by a city that there is, and abroad."""

from typing import NamedTuple

from .draw import Draw


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
Vilhena;76980010;1100304;RO;Rondônia
Cruzeiro do Sul;69980000;1200203;AC;Acre
Parintins;69151000;1303403;AM;Amazonas
Tefé;69550010;1304203;AM;Amazonas
Santarém;68005000;1506807;PA;Pará
Imperatriz;65900010;2105302;MA;Maranhão
Sobral;62010000;2312908;CE;Ceará
Mossoró;59600010;2408003;RN;Rio Grande do Norte
Campina Grande;58400010;2504009;PB;Paraíba
Petrolina;56304000;2611101;PE;Pernambuco
Ilhéus;45650010;2913606;BA;Bahia
Juazeiro;48903000;2918407;BA;Bahia
Juiz de Fora;36010000;3136702;MG;Minas Gerais
Uberlândia;38400010;3170206;MG;Minas Gerais
Niterói;24020000;3303302;RJ;Rio de Janeiro
Guarulhos;07010000;3518800;SP;São Paulo
Santos;11010000;3548500;SP;São Paulo
Foz do Iguaçu;85851000;4108304;PR;Paraná
Joinville;89201000;4209102;SC;Santa Catarina
Caxias do Sul;95010000;4305108;RS;Rio Grande do Sul
Dourados;79800000;5003702;MS;Mato Grosso do Sul
Rondonópolis;78700010;5107602;MT;Mato Grosso
Formosa;73800010;5208004;GO;Goiás
Luziânia;72800010;5212501;GO;Goiás
Brasília;70040010;5300108;DF;Distrito Federal
""".strip().splitlines()
]
BRAZIL = (
    *("BR", "BR", "BR", "Brasil", "BRASIL", "Brazil", "BRA", "bra", None, "", "null"),
    *("Não informado", "República Federativa do Brasil"),
)
ABROAD = {
    "US": ("US", "USA", "Estados Unidos", "United States"),
    "DE": ("DE", "DEU", "Alemanha", "Germany"),
    "MX": ("MX", "MEX", "México", "Mexico"),
    "PT": ("PT", "PRT", "Portugal"),
    "JP": ("JP", "JPN", "Japão", "Japan"),
}
NOWHERE = ("Lugar Nenhum", "Brasiliana", "Terra do Nunca", "Nigéria do Sul")


def states(city: City) -> list[str | None]:
    """Every spelling of a city's state, or nothing where the CEP says it."""
    plain = city.state.translate(str.maketrans("áãíôâ", "aaioa"))
    return [
        *(city.uf, city.uf, city.uf.lower(), city.state, city.state.upper(), plain),
        *(f"BR-{city.uf}", f"{city.state} - {city.uf}", "", None),
    ]


def codes(city: City) -> list[object]:
    """Every spelling of a CEP; as a JSON number it has lost the zero on its left."""
    return [city.cep, f"{city.cep[:5]}-{city.cep[5:]}", int(city.cep)]


def other_state(draw: Draw, city: City) -> City:
    """A city of another state."""
    return draw.one(other for other in CITIES if other.uf != city.uf)
