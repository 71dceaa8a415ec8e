"""Unary calls as gRPC clients make them: deadlines, cancellation, size, numbers."""
import time

import grpc

from checks.asking import failing, level, line, make, new_id, stocked, taken_apart, until_answered
from checks.runner import check
from estoque.v1 import cluster_pb2, commands_pb2, reads_pb2

Code = grpc.StatusCode


@check
def a_deadline_that_has_passed_ends_the_call(cluster):
    begun = time.monotonic()
    request = cluster_pb2.GetDigestRequest(position=2**63)
    failure = failing(lambda: cluster.nodes[0].cluster.GetDigest(request, timeout=0.3))
    assert time.monotonic() - begun < 3
    assert failure.code in (Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE), failure


@check
def deadlines_of_all_sizes_are_understood(cluster):
    node = cluster.nodes[0]
    for timeout in (0.5, 59, 3_600, 10**6, 10**8):
        assert node.status(timeout=timeout).node_id == node.name


@check
def cancelled_calls_leave_nothing_behind(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 1000)
    requests = [make("Sell", lines=[line(sku, location, 1)]) for _ in range(300)]
    futures = [node.ledger.Sell.future(request, timeout=10) for request in requests]
    for future in futures:
        future.cancel()
    # Whatever became of each: asked again with the same id it is applied exactly once.
    for request in requests:
        node.ledger.Sell(request, timeout=10)
    assert level(node, sku, location).on_hand == 700


@check
def a_message_over_the_limit_is_refused_and_the_connection_lives(cluster):
    node = cluster.nodes[2]
    filler = commands_pb2.Command(sell=commands_pb2.SellRequest(actor="x" * 1000))
    request = commands_pb2.BatchRequest(commands=[filler] * 4300)
    assert request.ByteSize() > 4 << 20
    failure = failing(lambda: node.ledger.Batch(request, timeout=10))
    assert failure.code == Code.RESOURCE_EXHAUSTED, failure
    failure = failing(lambda: next(iter(node.ledger.Session(
        iter([commands_pb2.SessionRequest(commands=[
            commands_pb2.TaggedCommand(tag=1, command=filler)] * 4300)]), timeout=10))))
    assert failure.code == Code.RESOURCE_EXHAUSTED, failure
    assert node.status().ready


@check
def headers_over_the_limit_are_refused_and_others_live(cluster):
    node = cluster.nodes[0]
    with node.connect() as channel:
        call = channel.unary_unary("/estoque.v1.ClusterService/GetStatus")
        failure = failing(lambda: call(b"", timeout=5, metadata=[("x-large", "x" * 100_000)]))
        assert failure.code != Code.OK, failure
        got = call(b"", timeout=5, metadata=[("x-small", "x" * 1000), ("x-bin", b"\x00\xff")])
        assert cluster_pb2.GetStatusResponse.FromString(got).node_id == node.name
    assert node.status().ready


@check
def what_nobody_serves_is_unimplemented(cluster):
    node = cluster.nodes[0]
    for method in ("/estoque.v1.LedgerService/Nothing", "/no.Service/Get", "/", "/x"):
        failure = failing(lambda: node.channel.unary_unary(method)(b"", timeout=5))
        assert failure.code == Code.UNIMPLEMENTED, (method, failure)
    request = reads_pb2.GetItemRequest(sku="s")
    failure = failing(lambda: node.stock.GetItem(
        request, timeout=5, compression=grpc.Compression.Gzip))
    assert failure.code in (Code.UNIMPLEMENTED, Code.NOT_FOUND), failure


def flood(cluster, node, call, requests):
    """Calls all at once, on one channel; returns the answers, None for each that was refused.

    Only RESOURCE_EXHAUSTED is a good reason; while leadership changes, an unknown outcome is too.
    """
    terms = [n.status().term for n in cluster.nodes]
    futures = [call.future(request, timeout=60) for request in requests]
    answers, others = [], []
    for future in futures:
        try:
            answers.append(future.result())
        except grpc.RpcError as error:
            answers.append(None)
            if error.code() != Code.RESOURCE_EXHAUSTED:
                others.append(taken_apart(error))
    cluster.leader()
    if terms == [n.status().term for n in cluster.nodes]:
        assert not others, others[:3]
    assert all(o.reason in ("OUTCOME_UNKNOWN", "NOT_LEADER") for o in others), others[:3]
    return answers


@check
def two_thousand_calls_at_once_are_all_answered(cluster):
    for node in (cluster.leader(), cluster.followers()[0]):
        sku, location = stocked(node, 2000)
        requests = [make("Sell", lines=[line(sku, location, 1)]) for _ in range(2000)]
        answers = flood(cluster, node, node.ledger.Sell, requests)
        assert sum(a is not None for a in answers) >= 500
        # Whatever became of the rest: asked again, each is applied exactly once.
        for request, answer in zip(requests, answers):
            if answer is None:
                until_answered(node, "Sell", request)
        assert level(node, sku, location).on_hand == 0


@check
def two_thousand_reads_at_once_are_all_answered(cluster):
    node = cluster.followers()[1]
    sku, location = stocked(node, 5)
    request = reads_pb2.GetStockLevelRequest(
        sku=sku, location_id=location, consistency=reads_pb2.Consistency(level=4))
    answers = flood(cluster, node, node.stock.GetStockLevel, [request] * 2000)
    assert {a.level.on_hand for a in answers if a is not None} == {5}


@check
def one_reservation_wins_the_last_unit(cluster):
    sku, location = stocked(cluster.nodes[0], 1)
    futures = [cluster.nodes[i % 3].ledger.Reserve.future(
        make("Reserve", reservation_id=new_id(), owner={"kind": 1, "reference": f"c{i}"},
             ttl_ms=60_000, lines=[line(sku, location, 1)]), timeout=30) for i in range(90)]
    won = 0
    for future in futures:
        try:
            won += bool(future.result().reservation)
        except grpc.RpcError as error:
            assert error.code() == Code.FAILED_PRECONDITION, error
    assert won == 1 and level(cluster.nodes[0], sku, location).available == 0, won
