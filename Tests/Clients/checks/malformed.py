"""Every field out of its range is named; nothing of it reaches the log."""
import grpc

from checks.asking import failing, level, line, make, new_id, new_name, stocked
from checks.runner import check
from estoque.v1 import cluster_pb2, commands_pb2, reads_pb2, types_pb2

Code = grpc.StatusCode
BAD_IDS = ["x" * 65, "two words", "tab\there", "nul\0", "not-àscii", "\x7f", "new\nline"]
BAD_REQUIRED = ["", *BAD_IDS]
BAD_QUANTITIES = [0, -1, 1_000_000_001, 2**63 - 1, -2**63]
BAD_ADJUSTMENTS = [0, 1_000_000_001, -1_000_000_001, 2**63 - 1, -2**63]
BAD_TTLS = [0, 86_400_001, 2**64 - 1]
OWNER = {"kind": 1, "reference": "c"}
LINE = {"sku": "s", "location_id": "l", "quantity": 1}
VALID = {
    "UpsertItem": {"sku": "s", "title": "t", "state": 1, "price": 1, "currency": "EUR"},
    "UpsertLocation": {"location_id": "l", "name": "n", "kind": 1, "state": 1},
    "Receive": {"lines": [LINE]},
    "Adjust": {"lines": [LINE], "reason": "r"},
    "Sell": {"lines": [LINE]},
    "Reserve": {"reservation_id": "r", "owner": OWNER, "lines": [LINE], "ttl_ms": 1000},
    "Extend": {"reservation_id": "r", "ttl_ms": 1000},
    "Confirm": {"reservation_id": "r"},
    "Fulfill": {"reservation_id": "r"},
    "Release": {"reservation_id": "r"},
}


def lines_with(**wrong):
    """The second of two lines is wrong."""
    return [LINE, {**LINE, **wrong}]


def cases():
    """(method, field that must be named, value of a top-level field) for all that can be wrong."""
    for kind in VALID:
        for bad in BAD_REQUIRED:
            yield kind, "request_id", {"request_id": bad}
            yield kind, "actor", {"actor": bad}
    for kind, field in (("UpsertItem", "sku"), ("UpsertLocation", "location_id"),
                        ("Reserve", "reservation_id"), ("Extend", "reservation_id"),
                        ("Confirm", "reservation_id"), ("Fulfill", "reservation_id"),
                        ("Release", "reservation_id")):
        for bad in BAD_REQUIRED:
            yield kind, field, {field: bad}
    for kind, field in (("Receive", "document"), ("Adjust", "document"), ("Adjust", "reason"),
                        ("Sell", "document"), ("Reserve", "replaces_id"),
                        ("Confirm", "order_reference"), ("Release", "reason")):
        for bad in BAD_IDS:
            yield kind, field, {field: bad}
    for kind in ("Receive", "Adjust", "Sell", "Reserve", "Fulfill", "Release"):
        for bad in BAD_REQUIRED:
            yield kind, "lines[1].sku", {"lines": lines_with(sku=bad)}
        # A hold may leave it to the ledger where its units are.
        for bad in BAD_IDS if kind == "Reserve" else BAD_REQUIRED:
            yield kind, "lines[1].location_id", {"lines": lines_with(location_id=bad)}
        for bad in BAD_ADJUSTMENTS if kind == "Adjust" else BAD_QUANTITIES:
            yield kind, "lines[1].quantity", {"lines": lines_with(quantity=bad)}
        yield kind, "lines", {"lines": [LINE] * 1001}
        if kind not in ("Fulfill", "Release"):  # there, no lines are all that is open
            yield kind, "lines", {"lines": []}
    for kind in ("Reserve", "Extend"):
        for bad in BAD_TTLS:
            yield kind, "ttl_ms", {"ttl_ms": bad}
    for bad in BAD_REQUIRED:
        yield "Reserve", "owner.reference", {"owner": {**OWNER, "reference": bad}}
    for bad in (0, 99, -1):
        yield "Reserve", "owner.kind", {"owner": {**OWNER, "kind": bad}}
        yield "UpsertItem", "state", {"state": bad}
        yield "UpsertLocation", "state", {"state": bad}
        yield "UpsertLocation", "kind", {"kind": bad}
    for bad in ("t" * 513, "é" * 257, "line\nbreak", "\x7f"):
        yield "UpsertItem", "title", {"title": bad}
        yield "UpsertLocation", "name", {"name": bad}
    for bad in (-1, 10**12 + 1, 2**63 - 1, -2**63):
        yield "UpsertItem", "price", {"price": bad}
    for bad in ("eur", "EU", "EURO", "E R", "€UR", ""):
        yield "UpsertItem", "currency", {"currency": bad}
    for bad in ("", "n" * 65, "a\0b"):
        yield "UpsertItem", f'attributes["{bad[:64]}"]', {"attributes": {bad: "v"}}
    for bad in ("v" * 1025, "a\0b"):
        yield "UpsertItem", 'attributes["name"]', {"attributes": {"name": bad}}
    yield "UpsertItem", "attributes", {"attributes": {str(n): "v" for n in range(65)}}


@check
def every_field_out_of_range_is_named(cluster):
    wrong = []
    tried = 0
    for kind, field, fields in cases():
        node = cluster.nodes[tried % 3]
        tried += 1
        request = make(kind, **{**VALID[kind], **fields})
        failure = failing(lambda: getattr(node.ledger, kind)(request, timeout=5))
        if (failure.code, failure.reason, failure.fields) != (
                Code.INVALID_ARGUMENT, "MALFORMED", [field]):
            wrong.append((kind, field, fields, failure))
        elif "position" in failure.metadata:
            wrong.append((kind, "reached the log", failure))
    assert tried > 400 and not wrong, (tried, wrong)


@check
def the_greatest_values_are_taken(cluster):
    node = cluster.nodes[0]
    sku = new_name("s").ljust(64, "~")
    location = new_name("l").ljust(64, "!")
    attributes = {f"{n:064}": "v" * 1024 for n in range(64)}
    for kind, fields in (
            ("UpsertItem", {"sku": sku, "title": "é" * 256, "state": 1, "price": 10**12,
                            "currency": "EUR", "attributes": attributes}),
            ("UpsertLocation", {"location_id": location, "name": "n" * 512, "kind": 2, "state": 1,
                                "priority": -2**31}),
            ("Receive", {"lines": [line(sku, location, 10**9)], "document": "d" * 64}),
            ("Adjust", {"lines": [line(sku, location, -10**9)], "reason": "r" * 64}),
            ("Receive", {"lines": [line(sku, location, 1)] * 1000}),
            ("Reserve", {"reservation_id": new_id().ljust(64, "z"), "ttl_ms": 86_400_000,
                         "owner": types_pb2.Owner(kind=3, reference="o" * 64),
                         "lines": [line(sku, location, 1000)]})):
        getattr(node.ledger, kind)(make(kind, **fields), timeout=10)
    item = node.stock.GetItem(reads_pb2.GetItemRequest(sku=sku), timeout=5).item
    assert item.title == "é" * 256 and dict(item.attributes) == attributes, item
    assert level(node, sku, location).reserved == 1000


@check
def all_that_is_wrong_is_named_at_once(cluster):
    node = cluster.nodes[0]
    request = commands_pb2.ReserveRequest(lines=[types_pb2.StockLine()] * 2)
    failure = failing(lambda: node.ledger.Reserve(request, timeout=5))
    assert sorted(failure.fields) == sorted([
        "request_id", "actor", "reservation_id", "owner.kind", "owner.reference", "ttl_ms",
        "lines[0].sku", "lines[0].quantity", "lines[1].sku", "lines[1].quantity"]), failure
    request = make("Sell", lines=[types_pb2.StockLine()] * 1000)
    failure = failing(lambda: node.ledger.Sell(request, timeout=5))
    assert 1 <= len(failure.fields) <= 32, failure


@check
def reads_name_what_is_wrong_too(cluster):
    stock = cluster.nodes[1].stock
    for bad in BAD_REQUIRED:
        for method, request, field in (
                ("GetItem", reads_pb2.GetItemRequest(sku=bad), "sku"),
                ("GetLocation", reads_pb2.GetLocationRequest(location_id=bad), "location_id"),
                ("GetStockLevel", reads_pb2.GetStockLevelRequest(sku=bad, location_id="l"), "sku"),
                ("GetStockLevel", reads_pb2.GetStockLevelRequest(sku="s", location_id=bad),
                 "location_id"),
                ("GetReservation", reads_pb2.GetReservationRequest(reservation_id=bad),
                 "reservation_id"),
                ("GetAvailability", reads_pb2.GetAvailabilityRequest(skus=["s", bad]), "skus[1]")):
            failure = failing(lambda: getattr(stock, method)(request, timeout=5))
            assert (failure.code, failure.reason, failure.fields) == (
                Code.INVALID_ARGUMENT, "MALFORMED", [field]), (method, bad, failure)
    for skus in ([], ["s"] * 101):
        request = reads_pb2.GetAvailabilityRequest(skus=skus)
        failure = failing(lambda: stock.GetAvailability(request, timeout=5))
        assert (failure.code, failure.fields) == (Code.INVALID_ARGUMENT, ["skus"]), failure
    for bad, field in ((reads_pb2.Consistency(level=99), "consistency.level"),
                       (reads_pb2.Consistency(level=2, max_staleness_ms=2**64 - 1),
                        "consistency.max_staleness_ms")):
        request = reads_pb2.GetItemRequest(sku="s", consistency=bad)
        failure = failing(lambda: stock.GetItem(request, timeout=5))
        assert (failure.code, failure.fields) == (Code.INVALID_ARGUMENT, [field]), failure


@check
def bytes_that_are_no_message_are_malformed(cluster):
    node = cluster.nodes[2]
    methods = [f"/estoque.v1.LedgerService/{kind}" for kind in [*VALID, "Batch"]]
    methods += [f"/estoque.v1.StockService/{name}" for name in (
        "GetItem", "GetLocation", "GetStockLevel", "GetAvailability", "GetReservation")]
    methods += [f"/estoque.v1.ClusterService/{name}" for name in (
        "GetStatus", "GetDigest", "AddMember", "RemoveMember", "ReplaceMember", "PromoteMember",
        "DemoteMember", "TransferLeadership")]
    # A field cut short, a tag without an end, a wire type that is none, text that is not UTF-8.
    for garbage in (b"\x0a\x05ab", b"\xff" * 12, b"\x0f\x01", b"\x0a\x7f"):
        for method in methods:
            failure = failing(lambda: node.channel.unary_unary(method)(garbage, timeout=5))
            assert (failure.code, failure.reason) == (Code.INVALID_ARGUMENT, "MALFORMED"), (
                method, garbage, failure)
    failure = failing(lambda: node.channel.unary_unary("/estoque.v1.LedgerService/Confirm")(
        b"\x0a\x02\xc3\x28\x12\x01a\x1a\x01r", timeout=5))
    assert failure.code == Code.INVALID_ARGUMENT, failure


@check
def a_batch_has_a_size(cluster):
    node = cluster.nodes[0]
    command = commands_pb2.Command()
    for count in (0, 16_385):
        request = commands_pb2.BatchRequest(commands=[command] * count)
        failure = failing(lambda: node.ledger.Batch(request, timeout=10))
        assert (failure.code, failure.fields) == (Code.INVALID_ARGUMENT, ["commands"]), failure
    answers = node.ledger.Batch(
        commands_pb2.BatchRequest(commands=[command] * 16_384), timeout=30).answers
    assert len(answers) == 16_384 and all(a.problem.reason == "MALFORMED" for a in answers)


@check
def a_malformed_request_is_not_remembered(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 5)
    request = make("Sell", lines=[line(sku, location, 0)])
    failing(lambda: node.ledger.Sell(request, timeout=5))
    request.lines[0].quantity = 2
    assert not node.ledger.Sell(request, timeout=5).replayed
    assert node.cluster.GetStatus(cluster_pb2.GetStatusRequest(), timeout=5).ready
