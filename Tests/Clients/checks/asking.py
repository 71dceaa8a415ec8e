"""Short ways to ask, and errors taken apart."""
import collections
import dataclasses
import itertools
import time
import uuid

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from estoque.v1 import commands_pb2, errors_pb2, reads_pb2, stores_pb2, types_pb2

TIMEOUT = 15
_names = itertools.count(1)
_DETAILS = {
    message.DESCRIPTOR.full_name: message
    for message in (
        error_details_pb2.ErrorInfo, error_details_pb2.BadRequest, error_details_pb2.RetryInfo,
        *(getattr(errors_pb2, name) for name in errors_pb2.DESCRIPTOR.message_types_by_name))
}


def new_id():
    return str(uuid.uuid4())


def new_name(prefix):
    """A name that no other check uses."""
    return f"{prefix}-{next(_names)}-{uuid.uuid4().hex[:8]}"


def line(sku, location, quantity):
    return types_pb2.StockLine(sku=sku, location_id=location, quantity=quantity)


def make(kind, /, **fields):
    """A command's request with what every command carries."""
    return _make(commands_pb2, kind, fields)


def make_store(kind, /, **fields):
    """The same for a command about agents of stores."""
    return _make(stores_pb2, kind, fields)


def _make(module, kind, fields):
    fields.setdefault("request_id", new_id())
    fields.setdefault("actor", "checks")
    return getattr(module, kind + "Request")(**fields)


#: The leader changed under way, or there was too much: ask again with the same request_id.
ASK_AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED,
             grpc.StatusCode.RESOURCE_EXHAUSTED)
asked_again = collections.Counter()


def until_answered(node, kind, request):
    """Asks with the same request_id until the ledger has answered, as every client should."""
    for _ in range(20):
        try:
            return getattr(node.ledger, kind)(request, timeout=TIMEOUT)
        except grpc.RpcError as error:
            if error.code() not in ASK_AGAIN:
                raise
            asked_again[taken_apart(error).reason or error.code().name] += 1
            time.sleep(0.1)
    raise AssertionError(f"never answered: {request}")


def ask(node, kind, /, **fields):
    """The answer to a new command."""
    return until_answered(node, kind, make(kind, **fields))


def new_item(node, **fields):
    """The SKU of a new item."""
    sku = new_name("sku")
    fields = {"title": "Thing", "state": 1, "price": 250, "currency": "EUR", **fields}
    ask(node, "UpsertItem", sku=sku, **fields)
    return sku


def new_location(node, **fields):
    """The id of a new location."""
    location = new_name("loc")
    fields = {"name": "Place", "kind": 1, "state": 1, "sells_online": True, **fields}
    ask(node, "UpsertLocation", location_id=location, **fields)
    return location


def stocked(node, quantity):
    """A new item with so many units at a new location."""
    sku, location = new_item(node), new_location(node)
    if quantity:
        ask(node, "Receive", lines=[line(sku, location, quantity)])
    return sku, location


def reserve(node, sku, location, quantity, **fields):
    """A new hold; the answer's reservation."""
    fields = {"reservation_id": new_id(), "owner": types_pb2.Owner(kind=1, reference="customer"),
              "ttl_ms": 600_000, "lines": [line(sku, location, quantity)], **fields}
    return ask(node, "Reserve", **fields).reservation


def level(node, sku, location, **consistency):
    """The stock level, by a linearizable read unless said otherwise."""
    consistency = consistency or {"level": reads_pb2.Consistency.LEVEL_LINEARIZABLE}
    request = reads_pb2.GetStockLevelRequest(
        sku=sku, location_id=location, consistency=reads_pb2.Consistency(**consistency))
    return node.stock.GetStockLevel(request, timeout=TIMEOUT).level


def batch(node, commands):
    """The answers of a Batch, each asked for again until the ledger has given one."""
    codes = [code.value[0] for code in ASK_AGAIN]
    answers, asked = {}, dict(enumerate(commands))
    for _ in range(20):
        request = commands_pb2.BatchRequest(commands=asked.values())
        for index, answer in zip(list(asked), node.ledger.Batch(request, timeout=60).answers):
            if answer.problem.code not in codes:
                answers[index] = answer
                del asked[index]
        if not asked:
            return [answers[index] for index in range(len(commands))]
        time.sleep(0.1)
    raise AssertionError(f"{len(asked)} never answered")


@dataclasses.dataclass
class Failure:
    """A failed call: its code, and what its google.rpc.Status says."""
    code: grpc.StatusCode
    message: str
    reason: str = ""
    metadata: dict = dataclasses.field(default_factory=dict)
    details: dict = dataclasses.field(default_factory=dict)

    @property
    def fields(self):
        """The fields that are named as wrong."""
        bad = self.details.get("google.rpc.BadRequest")
        return [v.field for v in bad.field_violations] if bad else []

    @property
    def retry_seconds(self):
        retry = self.details.get("google.rpc.RetryInfo")
        return retry.retry_delay.ToTimedelta().total_seconds() if retry else None


def taken_apart(error):
    """What an RpcError says; its status must agree with its details."""
    failure = Failure(error.code(), error.details())
    status = rpc_status.from_call(error)  # raises when code or message differ
    for packed in status.details if status else []:
        name = packed.type_url.rsplit("/", 1)[1]
        message = _DETAILS[name]()
        assert packed.Unpack(message)
        failure.details[name] = message
    info = failure.details.get("google.rpc.ErrorInfo")
    if info:
        assert info.domain == "estoque", info
        failure.reason, failure.metadata = info.reason, dict(info.metadata)
    return failure


def failing(call):
    """The failure of a call that must fail."""
    try:
        answer = call()
    except grpc.RpcError as error:
        return taken_apart(error)
    raise AssertionError(f"the call should have failed, and gave {answer}")


def refused(node, kind, reason, code, /, **fields):
    """The failure of a command that must be refused so."""
    failure = failing(lambda: ask(node, kind, **fields))
    assert (failure.reason, failure.code) == (reason, code), failure
    assert failure.message, failure
    return failure
