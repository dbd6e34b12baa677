"""Invented Brazilian buyers with real cities and valid documents."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    state: str
    ibge: str
    zip_code: str
    district: str
    street: str
    area_code: str


PLACES = (
    Place(
        "São Paulo", "SP", "3550308", "01310100", "Bela Vista", "Avenida Paulista", "11"
    ),
    Place("Campinas", "SP", "3509502", "13010040", "Centro", "Rua Conceição", "19"),
    Place(
        "Rio de Janeiro",
        "RJ",
        "3304557",
        "22010000",
        "Copacabana",
        "Avenida Atlântica",
        "21",
    ),
    Place(
        "Belo Horizonte",
        "MG",
        "3106200",
        "30130003",
        "Centro",
        "Avenida Afonso Pena",
        "31",
    ),
    Place(
        "Vitória", "ES", "3205309", "29010004", "Centro", "Rua Sete de Setembro", "27"
    ),
    Place(
        "Curitiba", "PR", "4106902", "80020310", "Centro", "Rua XV de Novembro", "41"
    ),
    Place("Maringá", "PR", "4115200", "87013230", "Zona 01", "Avenida Brasil", "44"),
    Place(
        "Florianópolis",
        "SC",
        "4205407",
        "88010001",
        "Centro",
        "Rua Felipe Schmidt",
        "48",
    ),
    Place(
        "Porto Alegre",
        "RS",
        "4314902",
        "90020006",
        "Centro Histórico",
        "Rua dos Andradas",
        "51",
    ),
    Place(
        "Goiânia", "GO", "5208707", "74010010", "Setor Central", "Avenida Goiás", "62"
    ),
    Place("Brasília", "DF", "5300108", "70355010", "Asa Sul", "SQS 308 Bloco A", "61"),
    Place(
        "Salvador",
        "BA",
        "2927408",
        "40060001",
        "Centro",
        "Avenida Sete de Setembro",
        "71",
    ),
    Place(
        "Recife", "PE", "2611606", "51011000", "Boa Viagem", "Avenida Boa Viagem", "81"
    ),
    Place(
        "Fortaleza", "CE", "2304400", "60165121", "Meireles", "Avenida Beira Mar", "85"
    ),
    Place(
        "Belém",
        "PA",
        "1501402",
        "66017000",
        "Campina",
        "Avenida Presidente Vargas",
        "91",
    ),
    Place(
        "Manaus", "AM", "1302603", "69010060", "Centro", "Avenida Eduardo Ribeiro", "92"
    ),
)
GIVEN_NAMES = (
    "Ana Clara",
    "Antônio",
    "Beatriz",
    "Bruno",
    "Camila",
    "Carlos Eduardo",
    "Fernanda",
    "Francisco",
    "Gabriela",
    "João Pedro",
    "Juliana",
    "Luciana",
    "Marcos",
    "Patrícia",
    "Rafael",
    "Thaís",
)
FAMILY_NAMES = (
    "Almeida",
    "Barbosa",
    "Carvalho",
    "Conceição",
    "Ferreira",
    "Gonçalves",
    "Lima",
    "Martins",
    "Nascimento",
    "Oliveira",
    "Pereira",
    "Ribeiro",
    "Santos",
    "Silva",
    "Souza",
)


def cpf(rng: random.Random) -> str:
    """Return a CPF whose two check digits are right."""
    digits = [rng.randrange(10) for _ in range(9)]
    for length in (9, 10):
        total = sum(
            digit * weight
            for digit, weight in zip(digits, range(length + 1, 1, -1), strict=True)
        )
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))


def cnpj(rng: random.Random) -> str:
    """Return a CNPJ whose two check digits are right."""
    digits = [rng.randrange(10) for _ in range(8)] + [0, 0, 0, 1]
    for length in (12, 13):
        weights = [2 + (length - 1 - place) % 8 for place in range(length)]
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))


def buyer(rng: random.Random) -> tuple[dict[str, object], dict[str, object]]:
    """Return the `billing` and `shipping` of a person who buys for herself."""
    place = rng.choice(PLACES)
    name = " ".join(
        (rng.choice(GIVEN_NAMES), rng.choice(FAMILY_NAMES), rng.choice(FAMILY_NAMES))
    )
    address = {
        "street": place.street,
        "streetNumber": str(rng.randrange(10, 2500)),
        "streetComplement": rng.choice(("", "", "Casa 2", "Apto 101", "Bloco B")),
        "district": place.district,
        "city": place.city,
        "state": place.state,
        "country": "BR",
        "zipCode": place.zip_code,
        "phone": f"{place.area_code}9{rng.randrange(10**8):08d}",
        "ibge": place.ibge,
    }
    billing = {
        "name": name,
        "email": f"comprador{rng.randrange(10**8):08d}@marketplace.example.com",
        "documentId": cpf(rng),
        **address,
        "gender": None,
        "dateOfBirth": None,
        "taxPayer": False,
    }
    return billing, {"recipientName": name, **address}
