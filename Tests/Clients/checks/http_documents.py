"""Documents, history, search and the past over HTTP, of what was done over gRPC."""
import urllib.parse

from checks.asking import ask, level, line, new_id, new_location, new_name, reserve, stocked
from checks.http_reads import http_ask, is_problem
from checks.runner import check
from estoque.v1 import commands_pb2, types_pb2


def told(node, path, position, **query):
    """The body of a read that includes a position."""
    query = urllib.parse.urlencode(
        {"consistency": "session", "min_position": position, **query}, quote_via=urllib.parse.quote)
    answer = http_ask(node, f"{path}?{query}")
    assert answer.status == 200, (path, answer.status, answer.body)
    return answer.json


@check
def documents_are_read_over_http_at_every_node(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 20)
    other = new_location(leader)
    held = reserve(leader, sku, location, 3)
    sale, transfer = new_id(), new_id()
    ask(leader, "Sell", sale_id=sale, lines=[line(sku, location, 4)])
    ask(leader, "Return", sale_id=sale, lines=[commands_pb2.ReturnLine(
        sku=sku, sold_at_location_id=location, quantity=1)], reason="unwanted",
        disposition=commands_pb2.ReturnRequest.DISPOSITION_RESTOCK)
    ask(leader, "CreateTransfer", transfer_id=transfer, from_location_id=location,
        to_location_id=other, lines=[commands_pb2.ItemLine(sku=sku, quantity=6)])
    ask(leader, "ShipTransfer", transfer_id=transfer)
    position = ask(leader, "SetOffer", sku=sku, location_id=location,
                   price=types_pb2.Money(amount=199, currency="EUR")).position
    for node in cluster.nodes:
        read = told(node, f"/v1/reservations/{held.reservation_id}", position)
        assert read["state"] == "HELD" and read["lines"][0]["requested"] == 3, read
        read = told(node, f"/v1/sales/{sale}", position)
        assert [(l["sold"], l["returned"]) for l in read["lines"]] == [(4, 1)], read
        read = told(node, f"/v1/transfers/{transfer}", position)
        assert read["state"] == "IN_TRANSIT" and read["lines"][0]["inTransit"] == 6, read
        read = told(node, f"/v1/offers/{location}/{sku}", position)
        assert read["price"] == {"amount": 199, "currency": "EUR"}, read
        for kind in ("reservation", "sale", "transfer"):
            is_problem(http_ask(node, f"/v1/{kind}s/{new_name('no')}"), 404, f"{kind}-not-found")
        is_problem(http_ask(node, f"/v1/offers/{other}/{sku}"), 404, "offer-not-found")


@check
def history_and_the_past_are_read_over_http_at_every_node(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]) for _ in range(5)]
    last = sold[-1].position
    for node in cluster.nodes:
        entries, query = [], {"sku": sku, "location": location, "order": "oldest_first", "page_size": 2}
        while True:
            page = told(node, "/v1/movements", last, **query)
            entries += page["entries"]
            assert len(page["entries"]) <= 2, page
            if page["nextPageToken"] is None:
                break
            query["page_token"] = page["nextPageToken"]
        assert [e["kind"] for e in entries] == ["RECEIVE"] + ["SELL"] * 5, entries
        assert [e["movements"][0]["after"]["onHand"] for e in entries] == [10, 9, 8, 7, 6, 5]
        for index, answer in enumerate(sold):
            for moment in (answer.position, entries[index + 1]["time"]):
                past = http_ask(node, f"/v1/stock/{location}/{sku}?as_of={moment}")
                assert past.status == 200, past.body
                assert past.json["onHand"] == 9 - index, (moment, past.json)
        told_of = is_problem(
            http_ask(node, f"/v1/stock/{location}/{sku}?as_of={2 ** 60}"), 503, "session-ahead")
        assert told_of["position"] >= last, told_of
        query["sku"] = new_name("other")
        bad = urllib.parse.urlencode(query)
        assert is_problem(
            http_ask(node, f"/v1/movements?{bad}"), 400, "invalid-argument")["parameter"] == "page_token"
    assert level(leader, sku, location).on_hand == 5


@check
def items_are_searched_over_http_at_every_node(cluster):
    leader = cluster.leader()
    prefix, word = new_name("tea"), new_name("oolong").replace("-", "")
    for number in range(3):
        last = ask(leader, "UpsertItem", sku=f"{prefix}-{number}", title=f"{word} No {number}",
                   state=1, price=100, currency="EUR").position
    expected = [f"{prefix}-{number}" for number in range(3)]
    for node in cluster.nodes:
        for query in ({"q": f"{word[:-1]}"}, {"sku_prefix": prefix}):
            found, query = [], {**query, "page_size": 2}
            while True:
                page = told(node, "/v1/items", last, **query)
                found += [item["sku"] for item in page["items"]]
                if page["nextPageToken"] is None:
                    break
                query["page_token"] = page["nextPageToken"]
            assert sorted(found) == expected, (query, found)
