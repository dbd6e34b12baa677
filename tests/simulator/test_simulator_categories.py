"""The hub's tree and the store's own one: section 6."""

from simulator_support import texts


def add(shop, code, father="", status=201):
    body = {"name": f"N{code}", "alternativeId": code, "fatherAlternativeId": father}
    return shop.post("/custom-categories", body, status)


def test_custom_categories_are_nodes_with_a_boolean_children(shop):
    root = add(shop, "10")
    assert root == {
        "id": root["id"],
        "alternativeId": "10",
        "parent": "#",
        "text": "N10",
        "children": False,
    }
    child = add(shop, "20", "10")
    assert child["parent"] == root["id"]
    assert shop.get("/custom-categories") == [{**root, "children": True}]
    assert shop.get(f"/custom-categories/{root['id']}") == [child]
    assert shop.get(f"/custom-categories/{child['id']}") == []


def test_parents_come_first_and_codes_are_unique(shop):
    assert texts(add(shop, "20", "10", 400))
    add(shop, "10")
    assert texts(add(shop, "10", status=400))
    assert texts(add(shop, " ", status=400))


def test_delete_of_a_custom_category(shop):
    root, child = add(shop, "10"), add(shop, "20", "10")
    shop.delete(f"/custom-categories/{root['id']}", expect=400)
    shop.delete(f"/custom-categories/{child['id']}")
    shop.delete(f"/custom-categories/{root['id']}")
    shop.delete(f"/custom-categories/{root['id']}", expect=404)
    shop.get(f"/custom-categories/{root['id']}", 404)
    assert shop.get("/custom-categories") == []


def test_mapping_to_a_channels_category(shop, simulator):
    add(shop, "10")
    known = {"name": "N10", "alternativeId": "10", "fatherAlternativeId": ""}
    new = {"name": "N20", "alternativeId": "20", "fatherAlternativeId": "10"}
    body = {
        "categories": [known, new],
        "saleChannelCategoryId": "MLB1",
        "saleChannel": 7,
    }
    answer = shop.post("/custom-categories/sale_channel", body, 201)
    assert [node["alternativeId"] for node in answer] == ["10", "20"]
    (store,) = simulator.app.hub.stores.values()
    assert [node["channels"] for node in store.categories.values()] == [
        {"7": "MLB1"}
    ] * 2
    shop.post("/custom-categories/sale_channel", {**body, "saleChannel": 3}, 400)


def test_the_hubs_own_tree(shop):
    roots = shop.get("/categories")
    assert roots and all(len(node["id"]) == 24 for node in roots)
    children = shop.get(f"/categories/{roots[0]['id']}")
    assert {node["parent"] for node in children} == {roots[0]["id"]}
    shop.get("/categories/5d420cffffffffffffffffff", 404)
