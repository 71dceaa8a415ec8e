"""Members that come and go, and leadership that moves, by any client."""
import grpc

from checks.asking import ask, failing, level, line, stocked
from checks.http_reads import http_ask
from checks.runner import check, eventually
from estoque.v1 import cluster_pb2, reads_pb2

Code = grpc.StatusCode
LEADER, LEARNER_ROLE = reads_pb2.NODE_ROLE_LEADER, reads_pb2.NODE_ROLE_LEARNER
VOTER, LEARNER = cluster_pb2.Member.PART_VOTER, cluster_pb2.Member.PART_LEARNER


def change(node, kind, timeout=10, **fields):
    """The position at which a change has begun."""
    request = getattr(cluster_pb2, kind + "MemberRequest")(**fields)
    return getattr(node.cluster, kind + "Member")(request, timeout=timeout).configuration_position


def refused(node, kind, reason, code, **fields):
    failure = failing(lambda: change(node, kind, **fields))
    assert (failure.reason, failure.code) == (reason, code), failure
    assert failure.message, failure
    return failure


def settled(cluster, parts, position):
    """Waits until the change at a position is done, and the members have these parts."""
    def look():
        try:
            status = cluster.nodes[0].status(of_leader=True)
        except grpc.RpcError:
            return None
        got = {m.node_id: m.part for m in status.members}
        is_done = (status.commit_position >= max(position, status.configuration_position)
                   and not status.joint and not status.HasField("joining") and got == parts)
        return status if is_done else None
    return eventually(look, 20, f"the members are {parts}")


@check
def any_node_tells_what_the_leader_knows(cluster):
    leader = cluster.leader()
    ids = set()
    for node in cluster.nodes:
        own, leading = node.status(), node.status(of_leader=True)
        assert (leading.node_id, leading.role) == (leader.name, LEADER), leading
        assert own.node_id == node.name and len(own.cluster_id) == 32, own
        assert not own.joint and not own.removed and not own.HasField("joining"), own
        ids |= {own.cluster_id, leading.cluster_id}
        for member in leading.members:
            assert member.part == VOTER and member.HasField("match_position"), member
            assert member.HasField("silent_ms") == (member.node_id != leader.name), member
        knows = [m.HasField("match_position") for m in own.members if m.node_id != node.name]
        assert knows == [node is leader] * 2, own
    assert len(ids) == 1, ids


@check
def a_change_that_is_malformed_is_named_by_its_fields(cluster):
    node = cluster.nodes[1]
    for kind, fields, named in (
            ("Add", {}, {"node_id", "peer_address"}),
            ("Add", {"node_id": "n 4", "peer_address": "127.0.0.1:1"}, {"node_id"}),
            ("Add", {"node_id": "x" * 65, "peer_address": "h:1"}, {"node_id"}),
            ("Add", {"node_id": "n4", "peer_address": "127.0.0.1"}, {"peer_address"}),
            ("Add", {"node_id": "n4", "peer_address": "127.0.0.1:0"}, {"peer_address"}),
            ("Add", {"node_id": "n4", "peer_address": "h" * 255 + ":1"}, {"peer_address"}),
            ("Remove", {}, {"node_id"}), ("Promote", {"node_id": "\u00e9"}, {"node_id"}),
            ("Demote", {"node_id": "\n"}, {"node_id"}),
            ("Replace", {"node_id": "n1"}, {"new_node_id", "new_peer_address"}),
            ("Replace", {"node_id": "n1", "new_node_id": "n1", "new_peer_address": "h:1"},
             {"new_node_id"})):
        failure = refused(node, kind, "MALFORMED", Code.INVALID_ARGUMENT, **fields)
        assert set(failure.fields) == named, (kind, fields, failure)
    request = cluster_pb2.TransferLeadershipRequest(node_id="a b")
    failure = failing(lambda: node.cluster.TransferLeadership(request, timeout=5))
    assert failure.fields == ["node_id"], failure


@check
def what_the_leader_refuses_has_its_reason_at_every_node(cluster):
    leader = cluster.leader()
    now = leader.status().configuration_position
    for node in cluster.nodes:
        refused(node, "Remove", "NODE_NOT_FOUND", Code.NOT_FOUND, node_id="n9")
        refused(node, "Promote", "NODE_ALREADY_SO", Code.FAILED_PRECONDITION, node_id="n1")
        refused(node, "Add", "NODE_ALREADY_SO", Code.FAILED_PRECONDITION, node_id="n1",
                peer_address="127.0.0.1:1")
        failure = refused(node, "Remove", "CONFIGURATION_MOVED", Code.ABORTED, node_id="n1",
                          expected_configuration=now + 1)
        assert failure.metadata["configuration_position"] == str(now), failure
        request = cluster_pb2.TransferLeadershipRequest(node_id=leader.name)
        failure = failing(lambda: node.cluster.TransferLeadership(request, timeout=5))
        assert (failure.reason, failure.code) == ("NOT_ANOTHER_VOTER", Code.FAILED_PRECONDITION)
    assert leader.status().configuration_position == now


@check
def leadership_moves_to_whom_it_is_given(cluster):
    target, asked = cluster.followers()
    request = cluster_pb2.TransferLeadershipRequest(node_id=target.name)
    told = asked.cluster.TransferLeadership(request, timeout=10)
    assert told.node_id == target.name, told
    eventually(lambda: cluster.leader() is target, 20, f"{target.name} leads")
    sku, location = stocked(asked, 5)
    assert level(target, sku, location).on_hand == 5


@check
def a_node_joins_serves_gets_a_vote_and_goes_for_good(cluster):
    voters = {node.name: VOTER for node in cluster.nodes}
    sku, location = stocked(cluster.nodes[0], 7)
    asked = cluster.followers()[0]
    with cluster.joiner("n4") as new:
        eventually(lambda: reachable(new), 20, "n4 answers")
        assert not new.status().members and not new.status().HasField("leader_id")
        failure = failing(lambda: new.status(of_leader=True))
        assert (failure.code, failure.reason) == (Code.UNAVAILABLE, "NOT_LEADER"), failure

        address = f"127.0.0.1:{new.peer_port}"
        before = asked.status().configuration_position
        position = change(asked, "Add", node_id="n4", peer_address=address, as_learner=True,
                          expected_configuration=before)
        assert position > before
        status = settled(cluster, {**voters, "n4": LEARNER}, position)
        assert {m.node_id: m.peer_address for m in status.members}["n4"] == address
        # It was bound to the members as they were, so it can't be made twice.
        refused(asked, "Add", "CONFIGURATION_MOVED", Code.ABORTED, node_id="n4",
                peer_address=address, expected_configuration=before)

        path = f"/v1/stock/{location}/{sku}?consistency=bounded&max_staleness=1s"
        eventually(lambda: http_ask(new, path).status == 200, 20, "n4 serves fresh reads")
        answer = http_ask(new, path)
        assert answer.json["onHand"] == 7 and answer.headers["estoque-role"] == "learner"
        assert 0 <= int(answer.headers["estoque-staleness-ms"]) <= 1000, answer.headers
        assert new.status().role == LEARNER_ROLE
        assert ask(new, "Receive", lines=[line(sku, location, 1)]).position > position

        settled(cluster, {**voters, "n4": VOTER}, change(new, "Promote", node_id="n4"))
        settled(cluster, {**voters, "n4": LEARNER}, change(new, "Demote", node_id="n4"))
        digest = cluster.nodes[0].digest()
        assert new.digest(digest.position) == digest, "it holds what the others hold"
        settled(cluster, voters, change(asked, "Remove", node_id="n4"))
        eventually(lambda: new.status().removed, 20, "n4 says that it was removed")
        eventually(lambda: "this node was removed from its cluster" in new.log, 20, "its log too")
    refused(asked, "Add", "NODE_ID_RETIRED", Code.FAILED_PRECONDITION, node_id="n4",
            peer_address=address)


def reachable(node):
    try:
        return node.status(timeout=1).ready
    except grpc.RpcError:
        return False
