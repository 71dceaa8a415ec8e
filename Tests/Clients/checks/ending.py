"""At the end, the balance: one ledger on every node, and nothing alarming in the logs."""
import queue
import re
import signal
import time

import grpc

from checks.asking import line, stocked
from checks.runner import check
from checks.sessions import tagged
from estoque.v1 import commands_pb2


@check
def all_nodes_hold_the_same_ledger_in_the_end(cluster):
    leader = cluster.leader()
    digest = leader.digest()
    for node in cluster.nodes:
        assert node.digest(digest.position) == digest, node.name


@check
def no_node_reports_an_error_of_its_own(cluster):
    for node in cluster.nodes:
        alarming = re.findall(r"^\S+ (?:critical|error) .*$|Fatal error.*", node.log, re.M)
        assert not alarming, (node.name, alarming[:5])


@check
def a_node_told_to_stop_answers_what_it_took_and_ends(cluster):
    """Even for a client that goes on sending on its stream. The last check: the node stays down."""
    node = cluster.leader()
    sku, location = stocked(node, 1_000_000)
    waiting, asked, answered = queue.Queue(), 0, {}

    def send():
        waiting.put(commands_pb2.SessionRequest(commands=[
            tagged(asked + n, "Sell", lines=[line(sku, location, 1)]) for n in range(10)]))

    send()
    stream = node.ledger.Session(iter(waiting.get, None), timeout=20)
    try:
        for response in stream:
            for answer in response.answers:
                answered[answer.tag] = answer
            if len(answered) == asked + 10:
                asked += 10
                if asked == 200:
                    node.process.send_signal(signal.SIGTERM)
                    told = time.monotonic()
                send()
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNAVAILABLE, error
    waiting.put(None)
    assert node.process.wait(timeout=15) == 0
    assert time.monotonic() - told < 10
    kinds = {a.problem.reason for a in answered.values() if a.WhichOneof("result") == "problem"}
    assert asked >= 200 and kinds <= {"NOT_READY"}, kinds
    assert all(tag in answered for tag in range(asked)), "an answer is missing"
