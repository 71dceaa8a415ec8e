"""Counts, returns, transfers, offers and whole batches; the books and the stream of changes."""
from checks.asking import (
    TIMEOUT, ask, failing, level, line, make, new_id, new_location, stocked)
from checks.runner import check
from estoque.v1 import books_pb2, books_pb2_grpc, commands_pb2


def books(node):
    return books_pb2_grpc.BookServiceStub(node.channel)


@check
def stock_is_counted_set_aside_and_written_off(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    counted = ask(leader, "Count", lines=[
        commands_pb2.CountLine(sku=sku, location_id=location, counted=8, book=10)]).counted
    assert [l.on_hand for l in counted.applied] == [8] and not counted.outdated, counted
    ask(leader, "MarkUnavailable", lines=[line(sku, location, 3)], reason="damaged")
    ask(leader, "WriteOff", lines=[line(sku, location, 2)], reason="damaged")
    ask(leader, "SetStockPolicy", sku=sku, location_id=location, safety_stock=4)
    now = level(leader, sku, location)
    assert (now.on_hand, now.unavailable, now.safety_stock) == (6, 1, 4), now


@check
def a_transfer_is_shipped_and_received_with_losses(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    other, transfer = new_location(leader), new_id()
    ask(leader, "CreateTransfer", transfer_id=transfer, from_location_id=location,
        to_location_id=other, lines=[commands_pb2.ItemLine(sku=sku, quantity=6)])
    ask(leader, "ShipTransfer", transfer_id=transfer)
    moved = ask(leader, "ReceiveTransfer", transfer_id=transfer, lines=[
        commands_pb2.ArrivalLine(sku=sku, ok=3, rejected=2, lost=1)]).transfer.lines[0]
    assert (moved.shipped, moved.received, moved.rejected, moved.lost) == (6, 3, 2, 1), moved
    assert level(leader, sku, location).on_hand == 4
    there = level(leader, sku, other)
    assert (there.on_hand, there.unavailable, there.incoming) == (5, 2, 0), there


@check
def a_batch_is_done_whole_or_not_at_all_and_refusals_are_replayed(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 5)
    sells = [commands_pb2.Command(sell=commands_pb2.SellRequest(
        lines=[line(sku, location, quantity)])) for quantity in (2, 9)]
    request = make("AtomicBatch", commands=sells)
    first = failing(lambda: leader.ledger.AtomicBatch(request, timeout=TIMEOUT))
    assert level(leader, sku, location).on_hand == 5
    again = failing(lambda: cluster.nodes[0].ledger.AtomicBatch(request, timeout=TIMEOUT))
    assert (first.code, first.reason) == (again.code, again.reason), (first, again)
    tried = ask(leader, "AtomicBatch", commands=sells[:1], validate_only=True)
    assert tried.validated and level(leader, sku, location).on_hand == 5, tried
    ask(leader, "AtomicBatch", commands=sells[:1])
    assert level(leader, sku, location).on_hand == 3


@check
def changes_are_watched_at_every_node(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 5)
    before = ask(leader, "SetStockPolicy", sku=sku, location_id=location, safety_stock=1).position
    sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(3)]
    for node in cluster.nodes:
        stream = books(node).WatchChanges(
            books_pb2.WatchChangesRequest(after_position=before), timeout=TIMEOUT)
        seen = []
        for response in stream:
            seen += [entry.position for entry in response.entries if entry.kind == "SELL"]
            if len(seen) >= 3:
                break
        stream.cancel()
        assert seen == sold, (seen, sold)
