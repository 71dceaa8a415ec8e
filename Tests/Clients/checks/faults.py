"""Nodes that are stopped, and what the others say of themselves meanwhile."""
import concurrent.futures
import time

import grpc

from checks.asking import TIMEOUT, ask, batch, failing, level, line, make, stocked
from checks.http_reads import http_ask, is_problem, is_stamped
from checks.runner import check, eventually
from checks.sessions import tagged
from estoque.v1 import commands_pb2, reads_pb2

Code = grpc.StatusCode
STALE, BOUNDED, SESSION, LINEARIZABLE = 1, 2, 3, 4


def read(node, sku, location, timeout=TIMEOUT, **consistency):
    request = reads_pb2.GetStockLevelRequest(
        sku=sku, location_id=location, consistency=reads_pb2.Consistency(**consistency))
    return node.stock.GetStockLevel(request, timeout=timeout)


@check
def a_node_without_the_others_is_honest_about_its_age(cluster):
    node = cluster.followers()[0]
    others = [n for n in cluster.nodes if n is not node]
    sku, location = stocked(node, 5)
    path = f"/v1/stock/{location}/{sku}"
    assert level(node, sku, location).on_hand == 5
    for other in others:
        other.stop()
    stopped = time.monotonic()

    # Nobody has confirmed anything since then, so no younger age can be true.
    told = []
    while time.monotonic() < stopped + 1.5:
        least = (time.monotonic() - stopped) * 1000
        answer = read(node, sku, location, level=STALE)
        assert answer.level.on_hand == 5 and answer.stamp.staleness_ms >= least, (answer, least)
        least = (time.monotonic() - stopped) * 1000
        answer = http_ask(node, path)
        assert answer.status == 200 and answer.json["onHand"] == 5
        age = is_stamped(answer, node, answer.headers["estoque-role"])
        assert age >= least, (age, least)
        told.append(age)
        time.sleep(0.05)
    assert told == sorted(told) and told[-1] < 1.5e3 + 3e3, told

    # Too old for what is asked: refused at once, with the age.
    failure = failing(lambda: read(node, sku, location, level=BOUNDED, max_staleness_ms=1000))
    assert (failure.code, failure.reason) == (Code.UNAVAILABLE, "STALE"), failure
    assert int(failure.metadata["staleness_ms"]) >= 1500 and failure.retry_seconds > 0, failure
    answer = http_ask(node, path + "?consistency=bounded&max_staleness=1s")
    assert is_problem(answer, 503, "stale")["stalenessMs"] >= 1500
    assert http_ask(node, path + "?consistency=bounded&max_staleness=3600s").status == 200

    # Nothing that needs the others can be had.
    assert is_problem(http_ask(node, path + "?consistency=linearizable"), 503, "no-quorum")
    failure = failing(lambda: read(node, sku, location, timeout=1, level=LINEARIZABLE))
    assert (failure.code, failure.reason) in (
        (Code.UNAVAILABLE, "NO_QUORUM"), (Code.DEADLINE_EXCEEDED, "")), failure
    assert http_ask(node, "/livez").status == 200
    eventually(lambda: not node.status().HasField("leader_id"), 10, "the leader is given up")
    is_problem(http_ask(node, "/readyz/write"), 503, "no-leader")
    request = make("Sell", lines=[line(sku, location, 1)])
    failure = failing(lambda: node.ledger.Sell(request, timeout=TIMEOUT))
    assert (failure.code, failure.reason) == (Code.UNAVAILABLE, "NOT_LEADER"), failure
    assert failure.retry_seconds > 0, failure

    cluster.resume_all()
    cluster.leader()
    answer = node.ledger.Sell(request, timeout=TIMEOUT)
    assert not answer.replayed and answer.levels.levels[0].on_hand == 4, "it was refused, not lost"
    eventually(lambda: http_ask(node, path + "?consistency=bounded&max_staleness=1s").status == 200,
               10, "the certificate is young again")
    assert http_ask(node, path + "?consistency=linearizable").json["onHand"] == 4
    assert http_ask(node, "/readyz/write").status == 200


@check
def a_write_that_got_no_answer_is_asked_for_again(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    for other in cluster.nodes:
        if other is not leader:
            other.stop()
    request = make("Sell", lines=[line(sku, location, 1)])
    failure = failing(lambda: leader.ledger.Sell(request, timeout=1))
    assert failure.code in (Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE), failure
    cluster.resume_all()
    cluster.leader()
    answers = [node.ledger.Sell(request, timeout=TIMEOUT) for node in cluster.nodes]
    assert [a.replayed for a in answers[1:]] == [True, True], answers
    assert len({a.position for a in answers}) == 1
    assert level(leader, sku, location).on_hand == 9


@check
def more_than_can_wait_is_refused_as_overload(cluster):
    node = cluster.followers()[0]
    sku, location = stocked(node, 10)
    others = [n for n in cluster.nodes if n is not node]
    for other in others:
        other.stop()
    commands = [tagged(tag, "Sell", lines=[line(sku, location, 1)]) for tag in range(25_000)]
    messages = [commands_pb2.SessionRequest(commands=commands[i:i + 5_000])
                for i in range(0, 25_000, 5_000)]
    problems = {}
    try:
        for response in node.ledger.Session(iter(messages), timeout=8):
            for answer in response.answers:
                assert answer.WhichOneof("result") == "problem", answer
                problems[answer.tag] = answer.problem.reason
    except grpc.RpcError as error:
        assert error.code() == Code.DEADLINE_EXCEEDED, error
    assert set(problems.values()) <= {"OVERLOADED", "NOT_LEADER", "OUTCOME_UNKNOWN"}, problems
    assert sum(reason == "OVERLOADED" for reason in problems.values()) >= 5_000, len(problems)
    cluster.resume_all()
    cluster.leader()
    assert ask(node, "Receive", lines=[line(sku, location, 1)]).position > 0


@check
def a_leader_that_slept_through_its_deposition_never_lies(cluster):
    old = cluster.leader()
    others = [n for n in cluster.nodes if n is not old]
    sku, location = stocked(old, 100)
    assert level(others[0], sku, location).on_hand == 100
    old.stop()

    def sell():
        try:
            return others[0].ledger.Sell(request, timeout=2)
        except grpc.RpcError:
            return None

    request = make("Sell", lines=[line(sku, location, 1)])
    answer = eventually(sell, 20, "the others elect a leader")
    written = time.monotonic()
    assert answer.levels.levels[0].on_hand == 99
    time.sleep(0.3)

    def ask_old(kind):
        least = (time.monotonic() - written) * 1000
        try:
            return kind, least, read(old, sku, location, timeout=5, level=kind)
        except grpc.RpcError as error:
            assert error.code() in (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED), error
            return kind, least, None

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        # Asked while it sleeps, so that they wait at its door when it wakes; and again just after.
        asked = [pool.submit(ask_old, kind) for kind in (LINEARIZABLE, STALE) * 4]
        time.sleep(0.1)
        old.resume()
        asked += [pool.submit(ask_old, kind) for kind in (LINEARIZABLE, STALE) * 100]
        answers = [one.result() for one in asked]
    for kind, least, answer in answers:
        if answer is None:
            continue
        if kind == LINEARIZABLE:
            assert answer.level.on_hand == 99, "a linearizable read that lacks the write"
        elif answer.level.on_hand == 100 and answer.stamp.HasField("staleness_ms"):
            assert answer.stamp.staleness_ms >= least, (answer, least)
    cluster.leader()
    assert level(old, sku, location).on_hand == 99


@check
def a_follower_that_slept_catches_up(cluster):
    sleeper, witness = cluster.followers()
    sku, location = stocked(witness, 10_000)
    sleeper.stop()
    commands = [commands_pb2.Command(sell=make("Sell", lines=[line(sku, location, 1)]))
                for _ in range(5_000)]
    position = max(a.answer.position for a in batch(witness, commands))
    sleeper.resume()
    eventually(lambda: sleeper.status().applied_position >= position, 20, "it has caught up")
    got = level(sleeper, sku, location, level=SESSION, min_position=position)
    assert got.on_hand == 5_000, got
