"""Every refusal of the ledger that a client can provoke: code, reason, details."""
import grpc

from checks.asking import (ask, failing, level, line, make, new_id, new_item, new_location, new_name,
                           refused, reserve, stocked)
from checks.runner import check, eventually
from estoque.v1 import reads_pb2, types_pb2

Code = grpc.StatusCode
OWNER = types_pb2.Owner(kind=1, reference="customer")


def is_applied(failure, replayed=False):
    """A refusal is an entry of the log like any other answer."""
    assert int(failure.metadata["position"]) > 0, failure
    assert int(failure.metadata["log_time_us"]) > 0, failure
    assert failure.metadata["replayed"] == str(replayed).lower(), failure


@check
def not_enough_stock_names_every_line_that_falls_short(cluster):
    node = cluster.nodes[0]
    sku, location = stocked(node, 5)
    other, elsewhere = stocked(node, 1)
    lines = [line(sku, location, 4), line(sku, location, 3), line(other, elsewhere, 1),
             line(other, location, 2)]
    for kind, fields in (("Sell", {}), ("Reserve", {"reservation_id": new_id(), "owner": OWNER,
                                                    "ttl_ms": 1000})):
        failure = refused(node, kind, "INSUFFICIENT_STOCK", Code.FAILED_PRECONDITION, lines=lines,
                          **fields)
        is_applied(failure)
        detail = failure.details["estoque.v1.InsufficientStock"]
        got = [(s.sku, s.location_id, s.requested, s.available) for s in detail.shortages]
        assert got == [(sku, location, 7, 5), (other, location, 2, 0)], got
    assert level(node, sku, location).available == 5, "all lines or none"


@check
def more_than_is_open_is_refused(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 10)
    rid = reserve(node, sku, location, 4).reservation_id
    for kind in ("Fulfill", "Release"):
        failure = refused(node, kind, "EXCEEDS_OPEN_QUANTITY", Code.FAILED_PRECONDITION,
                          reservation_id=rid, lines=[line(sku, location, 5)])
        is_applied(failure)
        shortage, = failure.details["estoque.v1.ExceedsOpenQuantity"].shortages
        assert (shortage.sku, shortage.location_id) == (sku, location), shortage
        assert (shortage.requested, shortage.available) == (5, 4), shortage


@check
def unknown_things_are_not_found(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 1)
    nothing, nowhere, never = new_name("no"), new_name("no"), new_id()
    for kind, extra in (("Receive", {}), ("Sell", {}), ("Adjust", {"reason": "why"})):
        failure = refused(node, kind, "ITEM_NOT_FOUND", Code.NOT_FOUND,
                          lines=[line(nothing, location, 1)], **extra)
        is_applied(failure)
        assert failure.metadata["sku"] == nothing, failure
        failure = refused(node, kind, "LOCATION_NOT_FOUND", Code.NOT_FOUND,
                          lines=[line(sku, nowhere, 1)], **extra)
        assert failure.metadata["location_id"] == nowhere, failure
    for kind, extra in (("Extend", {"ttl_ms": 1000}), ("Confirm", {}), ("Fulfill", {}),
                        ("Release", {})):
        failure = refused(node, kind, "RESERVATION_NOT_FOUND", Code.NOT_FOUND,
                          reservation_id=never, **extra)
        assert failure.metadata["reservation_id"] == never, failure
    refused(node, "Reserve", "RESERVATION_NOT_FOUND", Code.NOT_FOUND, reservation_id=new_id(),
            owner=OWNER, ttl_ms=1000, lines=[line(sku, location, 1)], replaces_id=never)


@check
def reads_of_unknown_things_are_not_found(cluster):
    stock = cluster.nodes[0].stock
    sku, location = stocked(cluster.nodes[0], 1)
    nothing = new_name("no")
    for call, reason in (
            (lambda: stock.GetItem(reads_pb2.GetItemRequest(sku=nothing), timeout=5),
             "ITEM_NOT_FOUND"),
            (lambda: stock.GetStockLevel(reads_pb2.GetStockLevelRequest(
                sku=nothing, location_id=location), timeout=5), "ITEM_NOT_FOUND"),
            (lambda: stock.GetStockLevel(reads_pb2.GetStockLevelRequest(
                sku=sku, location_id=nothing), timeout=5), "LOCATION_NOT_FOUND"),
            (lambda: stock.GetLocation(
                reads_pb2.GetLocationRequest(location_id=nothing), timeout=5),
             "LOCATION_NOT_FOUND"),
            (lambda: stock.GetReservation(
                reads_pb2.GetReservationRequest(reservation_id=nothing), timeout=5),
             "RESERVATION_NOT_FOUND")):
        failure = failing(call)
        assert (failure.code, failure.reason) == (Code.NOT_FOUND, reason), failure


@check
def an_archived_item_and_a_closed_location_take_part_in_nothing(cluster):
    node = cluster.nodes[0]
    sku, location = new_item(node), new_location(node)
    ask(node, "UpsertItem", sku=sku, title="old", state=2)
    failure = refused(node, "Receive", "ITEM_ARCHIVED", Code.FAILED_PRECONDITION,
                      lines=[line(sku, location, 1)])
    is_applied(failure)
    assert failure.metadata["sku"] == sku, failure
    sku = new_item(node)
    ask(node, "UpsertLocation", location_id=location, name="shut", kind=1, state=3)
    for kind, extra in (("Receive", {}), ("Sell", {}), ("Adjust", {"reason": "why"})):
        failure = refused(node, kind, "LOCATION_CLOSED", Code.FAILED_PRECONDITION,
                          lines=[line(sku, location, 1)], **extra)
        assert failure.metadata["location_id"] == location, failure


@check
def a_draining_location_sells_and_takes_nothing_in(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 3)
    ask(node, "UpsertLocation", location_id=location, name="draining", kind=1, state=2)
    ask(node, "Sell", lines=[line(sku, location, 1)])
    refused(node, "Receive", "LOCATION_CLOSED", Code.FAILED_PRECONDITION,
            lines=[line(sku, location, 1)])


@check
def what_has_stock_is_neither_archived_nor_closed(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 1)
    failure = refused(node, "UpsertItem", "STOCK_REMAINS", Code.FAILED_PRECONDITION, sku=sku,
                      title="old", state=2)
    assert failure.metadata["sku"] == sku, failure
    failure = refused(node, "UpsertLocation", "STOCK_REMAINS", Code.FAILED_PRECONDITION,
                      location_id=location, name="shut", kind=1, state=3)
    assert failure.metadata["location_id"] == location, failure


@check
def a_reservation_id_is_used_once(cluster):
    node = cluster.nodes[0]
    sku, location = stocked(node, 10)
    rid = reserve(node, sku, location, 1).reservation_id
    failure = refused(node, "Reserve", "RESERVATION_EXISTS", Code.ALREADY_EXISTS, owner=OWNER,
                      reservation_id=rid, ttl_ms=1000, lines=[line(sku, location, 1)])
    is_applied(failure)
    assert failure.metadata["reservation_id"] == rid, failure


@check
def what_is_over_stays_over(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 10)
    released = reserve(node, sku, location, 1).reservation_id
    ask(node, "Release", reservation_id=released)
    fulfilled = reserve(node, sku, location, 1).reservation_id
    ask(node, "Fulfill", reservation_id=fulfilled)
    confirmed = reserve(node, sku, location, 1).reservation_id
    ask(node, "Confirm", reservation_id=confirmed)
    for rid, state, kinds in (
            (released, "RELEASED", ("Confirm", "Extend")),
            (fulfilled, "FULFILLED", ("Confirm", "Extend")),
            (confirmed, "CONFIRMED", ("Confirm", "Extend"))):
        for kind in kinds:
            extra = {"ttl_ms": 1000} if kind == "Extend" else {}
            failure = refused(node, kind, "RESERVATION_CLOSED", Code.FAILED_PRECONDITION,
                              reservation_id=rid, **extra)
            assert failure.metadata["state"].upper() == state, failure
            assert failure.metadata["reservation_id"] == rid, failure


@check
def an_expired_hold_whose_stock_is_gone_is_refused(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 5)
    rid = reserve(node, sku, location, 5, ttl_ms=50).reservation_id
    eventually(lambda: level(node, sku, location).reserved == 0, 10, "the hold expires")
    ask(node, "Sell", lines=[line(sku, location, 1)])
    for kind, extra in (("Confirm", {}), ("Extend", {"ttl_ms": 1000}), ("Fulfill", {})):
        failure = refused(node, kind, "RESERVATION_EXPIRED", Code.FAILED_PRECONDITION,
                          reservation_id=rid, **extra)
        assert failure.metadata["reservation_id"] == rid, failure


@check
def an_edit_of_another_version_is_told_the_current_one(cluster):
    node = cluster.nodes[0]
    sku, location = new_item(node), new_location(node)
    item = {"sku": sku, "title": "t", "state": 1}
    place = {"location_id": location, "name": "n", "kind": 1, "state": 1}
    for kind, fields in (("UpsertItem", item), ("UpsertLocation", place)):
        for expected in (0, 2, 2**64 - 1):
            failure = refused(node, kind, "VERSION_MISMATCH", Code.ABORTED,
                              expected_version=expected, **fields)
            assert failure.details["estoque.v1.VersionMismatch"].current_version == 1, failure
    failure = refused(node, "UpsertItem", "VERSION_MISMATCH", Code.ABORTED, sku=new_name("no"),
                      title="t", state=1, expected_version=3)
    assert failure.details["estoque.v1.VersionMismatch"].current_version == 0, failure


@check
def a_correction_needs_a_reason(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 5)
    is_applied(refused(node, "Adjust", "REASON_REQUIRED", Code.INVALID_ARGUMENT,
                       lines=[line(sku, location, -1)]))


@check
def one_request_id_is_one_request(cluster):
    n1, n2, _ = cluster.nodes
    sku, location = stocked(n1, 10)
    request = make("Sell", lines=[line(sku, location, 1)])
    n1.ledger.Sell(request, timeout=5)
    for kind, fields in (("Sell", {"lines": [line(sku, location, 2)]}),
                         ("Receive", {"lines": [line(sku, location, 1)]}),
                         ("Sell", {"lines": [line(sku, location, 1)], "document": "d"})):
        failure = refused(n2, kind, "IDEMPOTENCY_KEY_REUSED", Code.INVALID_ARGUMENT,
                          request_id=request.request_id, **fields)
        assert failure.metadata["request_id"] == request.request_id, failure
    assert n2.ledger.Sell(request, timeout=5).replayed, "and the first keeps its answer"
    assert level(n2, sku, location).on_hand == 9


@check
def sums_of_the_largest_quantities_are_counted_exactly(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 0)
    lines = [line(sku, location, 1_000_000_000)] * 1000
    answer = ask(node, "Receive", lines=lines)
    assert answer.levels.levels[0].on_hand == 10**12, answer
    ask(node, "Sell", lines=lines)
    assert level(node, sku, location).on_hand == 0
