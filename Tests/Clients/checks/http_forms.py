"""Forms of one answer: compressed, not modified, for browsers of other origins; places and their prices."""
import gzip
import json

from checks.asking import TIMEOUT, ask, line, new_location, new_name, stocked
from checks.http_reads import http_ask, is_problem
from checks.runner import check
from estoque.v1 import reads_pb2, types_pb2


@check
def long_answers_come_compressed_and_short_ones_as_they_are(cluster):
    node = cluster.nodes[0]
    for count in (20, 100):
        path = "/v1/availability?" + "&".join(f"sku=none-{n}" for n in range(count))
        plain = http_ask(node, path, headers={"Accept-Encoding": "identity"})
        packed = http_ask(node, path, headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert len(packed.body) * 4 < len(plain.body), (len(packed.body), len(plain.body))
        assert plain.headers["vary"] == packed.headers["vary"] == "accept-encoding"
        assert plain.headers["etag"] != packed.headers["etag"]
    body = json.dumps({"skus": [f"none-{n}" for n in range(1000)]})
    packed = http_ask(node, "/v1/availability:batchGet", "POST", body,
                      {"Content-Type": "application/json", "Accept-Encoding": "gzip"})
    assert len(json.loads(gzip.decompress(packed.body))["items"]) == 1000
    short = http_ask(node, "/v1/availability?sku=a", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in short.headers and short.json


@check
def what_is_known_is_not_sent_again_by_any_node(cluster):
    sku, location = stocked(cluster.leader(), 3)
    position = ask(cluster.leader(), "Sell", lines=[line(sku, location, 1)]).position
    for node in cluster.nodes:
        http_ask(node, f"/v1/items/{sku}?consistency=session&min_position={position}")
    for path in (f"/v1/availability?sku={sku}", f"/v1/items/{sku}", f"/v1/items/{sku}/locations",
                 f"/v1/stock/{location}/{sku}", f"/v1/locations/{location}"):
        first = http_ask(cluster.nodes[0], path)
        assert first.status == 200, (path, first.body)
        for node in cluster.nodes:
            again = http_ask(node, path, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status, again.body) == (304, b""), (path, again.status)
            assert again.headers["etag"] == first.headers["etag"]
            assert again.headers["cache-control"].startswith("public, max-age=1")
            assert int(again.headers["estoque-position"]) >= position and "age" in again.headers
    tag = http_ask(cluster.nodes[0], f"/v1/items/{sku}").headers["etag"]
    ask(cluster.leader(), "UpsertItem", sku=sku, title="Another", state=1)
    fresh = http_ask(cluster.nodes[0], f"/v1/items/{sku}?consistency=linearizable",
                     headers={"If-None-Match": tag})
    assert fresh.status == 200 and fresh.json["title"] == "Another"


@check
def browsers_of_other_origins_are_told_what_they_may_do(cluster):
    for node in cluster.nodes:
        for path, method in (("/v1/availability?sku=a", "GET"), ("/v1/availability:batchGet", "POST"),
                             ("/openapi.json", "GET"), ("/readyz", "GET")):
            told = http_ask(node, path, "OPTIONS", headers={
                "Origin": "https://shop.example", "Access-Control-Request-Method": method,
                "Access-Control-Request-Headers": "content-type, last-event-id"})
            assert told.status == 204, (path, told.status)
            assert told.headers["access-control-allow-origin"] == "*"
            assert method in told.headers["access-control-allow-methods"].split(", ")
            allowed = told.headers["access-control-allow-headers"].split(", ")
            assert {"content-type", "if-none-match", "last-event-id"} <= set(allowed), allowed


@check
def places_to_pick_up_and_their_prices_are_the_same_on_every_node(cluster):
    leader = cluster.leader()
    sku, first = stocked(leader, 9)
    second, offline = new_location(leader), new_location(leader, sells_online=False)
    ask(leader, "Receive", lines=[line(sku, second, 3), line(sku, offline, 70)])
    ask(leader, "SetStockPolicy", sku=sku, location_id=second, safety_stock=2)
    # Where it has never been, a price of its own is told all the same.
    empty = new_location(leader)
    for place in (second, empty):
        last = ask(leader, "SetOffer", sku=sku, location_id=place,
                   price=types_pb2.Money(amount=111, currency="EUR"))
    fresh = f"consistency=session&min_position={last.position}"
    for node in cluster.nodes:
        told = http_ask(node, f"/v1/items/{sku}/locations?{fresh}").json
        found = {l["location"]: l for l in told["locations"]}
        assert list(found) == sorted([first, second]), told
        assert [found[first][k] for k in ("status", "available")] == ["IN_STOCK", 9], told
        assert [found[second][k] for k in ("status", "available")] == ["LOW_STOCK", 1], told
        assert found[first]["price"]["amount"] == 250 and found[second]["price"]["amount"] == 111, told
        assert all(l["name"] == "Place" and l["kind"] == "STORE" for l in found.values()), told
        for place, amount in ((first, 250), (second, 111), (empty, 111)):
            told = http_ask(node, f"/v1/availability?sku={sku}&location={place}&{fresh}").json
            assert told["items"][0]["price"]["amount"] == amount, (place, told)
            # Over gRPC it is the same.
            same = node.stock.GetAvailability(reads_pb2.GetAvailabilityRequest(
                skus=[sku], location_id=place), timeout=TIMEOUT).availabilities[0]
            assert (same.price, same.currency) == (amount, "EUR"), (place, same)
        is_problem(http_ask(node, f"/v1/availability?sku={sku}&location={new_name('no')}"), 404,
                   "location-not-found")
        for level in ("stale", "linearizable"):
            one = http_ask(node, f"/v1/locations/{second}?consistency={level}").json
            assert (one["location"], one["sellsOnline"]) == (second, True), one
        listed, query = [], f"page_size=7&{fresh}"
        while True:
            page = http_ask(node, f"/v1/locations?{query}").json
            listed += [l["location"] for l in page["locations"]]
            if page["nextPageToken"] is None:
                break
            query = f"page_size=7&{fresh}&page_token={page['nextPageToken']}"
        assert len(listed) == len(set(listed)) and {first, second, offline, empty} <= set(listed)


@check
def lists_know_linearizable_too(cluster):
    leader = cluster.leader()
    for turn in range(5):
        name = new_name("lin")
        ask(leader, "UpsertItem", sku=name, title="Fresh", state=1)
        node = cluster.nodes[turn % 3]
        told = http_ask(node, f"/v1/items?sku_prefix={name}&consistency=linearizable")
        assert [i["sku"] for i in told.json["items"]] == [name], told.body
        told = http_ask(node, f"/v1/movements?sku={name}&consistency=linearizable")
        assert [e["kind"] for e in told.json["entries"]] == ["UPSERT_ITEM"], told.body
