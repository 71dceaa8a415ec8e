"""The books over gRPC: offers, what was cancelled, history in pages, stock as it was, search, verification."""
import grpc

from checks.asking import (
    TIMEOUT, ask, failing, level, line, make, new_id, new_item, new_location, new_name, stocked)
from checks.documents import books
from checks.runner import check, eventually
from estoque.v1 import books_pb2, commands_pb2, reads_pb2, types_pb2

LINEARIZABLE = reads_pb2.Consistency(level=reads_pb2.Consistency.LEVEL_LINEARIZABLE)


@check
def a_transfer_is_cancelled_before_and_after_it_was_shipped(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    other = new_location(leader)
    for shipped in (0, 4):
        transfer = new_id()
        ask(leader, "CreateTransfer", transfer_id=transfer, from_location_id=location,
            to_location_id=other, lines=[commands_pb2.ItemLine(sku=sku, quantity=6)])
        if shipped:
            ask(leader, "ShipTransfer", transfer_id=transfer,
                lines=[commands_pb2.ItemLine(sku=sku, quantity=shipped)])
        ask(leader, "CancelTransfer", transfer_id=transfer)
        found = leader.stock.GetTransfer(reads_pb2.GetTransferRequest(
            transfer_id=transfer, consistency=LINEARIZABLE), timeout=TIMEOUT).transfer
        assert found.state == types_pb2.Transfer.STATE_CANCELLED, found
        here, there = level(leader, sku, location), level(leader, sku, other)
        assert (here.on_hand, there.on_hand, there.incoming) == (10, 0, 0), (here, there)


@check
def an_offer_is_set_read_and_changed_in_part(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 1)
    ask(leader, "SetOffer", sku=sku, location_id=location,
        price=types_pb2.Money(amount=550, currency="GBP"), attributes={"shelf": "4"})
    request = make("SetOffer", sku=sku, location_id=location, expected_version=1,
                   price=types_pb2.Money(amount=500, currency="GBP"))
    request.update_mask.paths.append("price")
    leader.ledger.SetOffer(request, timeout=TIMEOUT)
    for node in cluster.nodes:
        offer = node.stock.GetOffer(reads_pb2.GetOfferRequest(
            sku=sku, location_id=location, consistency=LINEARIZABLE), timeout=TIMEOUT).offer
        assert (offer.price.amount, dict(offer.attributes), offer.version) == (
            500, {"shelf": "4"}, 2), offer


@check
def history_comes_in_pages_that_miss_and_repeat_nothing(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 50)
    sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(11)]
    for node in cluster.nodes:
        for oldest_first in (True, False):
            positions, token, pages = [], "", 0
            while True:
                request = books_pb2.ListHistoryRequest(
                    level=books_pb2.StockKey(sku=sku, location_id=location),
                    oldest_first=oldest_first, page_size=5, page_token=token,
                    min_position=sold[-1])
                page = books(node).ListHistory(request, timeout=TIMEOUT)
                positions += [entry.position for entry in page.entries if entry.kind == "SELL"]
                token, pages = page.next_page_token, pages + 1
                if not token:
                    break
            assert positions == (sold if oldest_first else sold[::-1]), (positions, sold)
            assert pages >= 3, pages
    broken = failing(lambda: books(leader).ListHistory(
        books_pb2.ListHistoryRequest(sku=sku, page_token="no such token"), timeout=TIMEOUT))
    assert broken.code == grpc.StatusCode.INVALID_ARGUMENT, broken


@check
def stock_is_told_as_it_was(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 9)
    first = ask(leader, "Sell", lines=[line(sku, location, 2)])
    second = ask(leader, "Sell", lines=[line(sku, location, 3)])

    def on_hand(node, **moment):
        return [l.on_hand for l in books(node).GetStockAsOf(books_pb2.GetStockAsOfRequest(
            sku=sku, location_id=location, **moment), timeout=TIMEOUT).levels]

    for node in cluster.nodes:
        # Whoever lags behind says so, and is asked again.
        eventually(lambda: not isinstance(
            attempt(lambda: on_hand(node, position=second.position)), Exception),
            20, f"{node.name} has the second sale")
        assert on_hand(node, position=first.position) == [7]
        assert on_hand(node, position=second.position) == [4]
        assert on_hand(node, time_us=first.log_time_us) == [7]


def attempt(call):
    try:
        return call()
    except grpc.RpcError as error:
        return error


@check
def items_are_found_by_words_and_beginnings(cluster):
    leader = cluster.leader()
    word, sku = "z" + new_id().replace("-", "")[:12], new_name("find")
    position = ask(leader, "UpsertItem", sku=sku, title=f"Très {word} teapot",
                   state=1, price=250, currency="EUR").position
    new_item(leader)
    for node in cluster.nodes:
        for wanted in ({"text": word}, {"text": f"tres {word[:6]}"}, {"sku_prefix": sku[:-2]}):
            found = books(node).SearchItems(books_pb2.SearchItemsRequest(
                min_position=position, **wanted), timeout=TIMEOUT).items
            assert [item.sku for item in found] == [sku], (wanted, found)


@check
def a_table_comes_whole_page_by_page(cluster):
    leader = cluster.leader()
    names = {new_location(leader) for _ in range(3)}
    position = ask(leader, "UpsertLocation", location_id=min(names), name="Again",
                   kind=1, state=1, sells_online=True).position
    found, token = [], ""
    while True:
        page = books(leader).ListTable(books_pb2.ListTableRequest(
            table=books_pb2.ListTableRequest.TABLE_LOCATIONS, page_size=2, page_token=token,
            min_position=position), timeout=TIMEOUT)
        found += [location.location_id for location in page.locations]
        token = page.next_page_token
        if not token:
            break
    assert len(found) == len(set(found)) and names <= set(found), (names, found)


@check
def a_node_verifies_its_books_and_says_what_it_left_out(cluster):
    for node in cluster.nodes:
        report = None
        for response in books(node).Verify(books_pb2.VerifyRequest(), timeout=60):
            if response.HasField("report"):
                report = response.report
        assert report is not None and report.violation_count == 0, report
        assert report.journal_rows > 0 and len(report.unchecked) == 1, report
