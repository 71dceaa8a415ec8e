"""Reads over gRPC, at every level; status and digest of the cluster; health and reflection."""
import grpc

from checks.asking import (TIMEOUT, ask, failing, level, line, new_item, new_location, new_name,
                           reserve, stocked)
from checks.runner import check, eventually
from estoque.v1 import cluster_pb2, reads_pb2, stores_pb2, types_pb2
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase)

Code = grpc.StatusCode
LEADER, FOLLOWER = reads_pb2.NODE_ROLE_LEADER, reads_pb2.NODE_ROLE_FOLLOWER
STALE, BOUNDED, SESSION, LINEARIZABLE = 1, 2, 3, 4


def at(**fields):
    return reads_pb2.Consistency(**fields)


@check
def every_read_at_every_level_at_every_node(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 9)
    rid = reserve(leader, sku, location, 2).reservation_id
    written = ask(leader, "Sell", lines=[line(sku, location, 1)])
    requests = {
        "GetItem": reads_pb2.GetItemRequest(sku=sku),
        "GetLocation": reads_pb2.GetLocationRequest(location_id=location),
        "GetStockLevel": reads_pb2.GetStockLevelRequest(sku=sku, location_id=location),
        "GetAvailability": reads_pb2.GetAvailabilityRequest(skus=[sku, new_name("no")]),
        "GetReservation": reads_pb2.GetReservationRequest(reservation_id=rid),
    }
    fresh = [at(level=SESSION, min_position=written.position), at(level=LINEARIZABLE)]
    for node in cluster.nodes:
        for method, request in requests.items():
            # Before anything else a read that includes the writes; then stale ones do too.
            for consistency in [*fresh, at(level=BOUNDED, max_staleness_ms=30_000),
                                at(level=STALE), at(), None]:
                if consistency is None:
                    request.ClearField("consistency")
                else:
                    request.consistency.CopyFrom(consistency)
                answer = getattr(node.stock, method)(request, timeout=TIMEOUT)
                stamp = answer.stamp
                assert stamp.position >= written.position, (node.name, method, stamp)
                assert stamp.node_id == node.name, stamp
                assert stamp.role == (LEADER if node is leader else FOLLOWER), stamp
                assert stamp.HasField("staleness_ms") and stamp.staleness_ms < 30_000, stamp
                if method == "GetStockLevel":
                    got = answer.level
                    assert (got.on_hand, got.reserved, got.available) == (8, 2, 6), got
                if method == "GetItem":
                    assert [l.available for l in answer.levels] == [6], answer
                if method == "GetReservation":
                    assert answer.reservation.lines[0].requested == 2, answer
                if method == "GetAvailability":
                    assert [a.available for a in answer.availabilities] == [6, 0], answer


@check
def a_position_that_is_not_reached_yet_is_refused_in_time(cluster):
    node = cluster.followers()[0]
    sku = new_item(node)
    applied = node.status().applied_position
    failure = failing(lambda: node.stock.GetItem(
        reads_pb2.GetItemRequest(sku=sku, consistency=at(level=SESSION, min_position=2**64 - 1)),
        timeout=TIMEOUT))
    assert (failure.code, failure.reason) == (Code.UNAVAILABLE, "SESSION_AHEAD"), failure
    assert int(failure.metadata["applied_position"]) >= applied, failure
    assert failure.retry_seconds > 0, failure


@check
def a_bound_that_no_follower_keeps_is_refused_with_the_age(cluster):
    node = cluster.followers()[0]
    sku = new_item(node)
    failure = failing(lambda: node.stock.GetItem(
        reads_pb2.GetItemRequest(sku=sku, consistency=at(level=BOUNDED, max_staleness_ms=0)),
        timeout=TIMEOUT))
    assert (failure.code, failure.reason) == (Code.UNAVAILABLE, "STALE"), failure
    assert int(failure.metadata["staleness_ms"]) > 0, failure
    assert failure.retry_seconds > 0, failure


@check
def availability_says_what_may_be_sold(cluster):
    node = cluster.nodes[0]
    online, offline = new_location(node), new_location(node, sells_online=False)
    wanted = []

    def case(units, elsewhere, status, available):
        sku = new_item(node, price=units + 1)
        for location, quantity in ((online, units), (offline, elsewhere)):
            if quantity:
                ask(node, "Receive", lines=[line(sku, location, quantity)])
        wanted.append((sku, status, available, units + 1, "EUR"))

    case(0, 0, 3, 0)
    case(0, 50, 3, 0)
    case(1, 0, 2, 1)
    case(5, 50, 2, 5)
    case(6, 0, 1, 6)
    case(100, 0, 1, 100)
    case(5000, 0, 1, 100)
    unknown, archived = new_name("no"), new_item(node)
    ask(node, "UpsertItem", sku=archived, title="old", state=2)
    wanted += [(unknown, 5, 0, 0, ""), (archived, 5, 0, 0, "")]
    for reader in cluster.nodes:
        request = reads_pb2.GetAvailabilityRequest(
            skus=[w[0] for w in wanted], consistency=at(level=LINEARIZABLE))
        answer = reader.stock.GetAvailability(request, timeout=TIMEOUT).availabilities
        got = [(a.sku, a.status, a.available, a.price, a.currency) for a in answer]
        assert got == wanted, got
        request.location_id = offline
        answer = reader.stock.GetAvailability(request, timeout=TIMEOUT).availabilities
        assert {a.available for a in answer} == {0}, answer


@check
def a_place_without_stock_reads_as_zeros(cluster):
    node = cluster.nodes[1]
    sku, location = new_item(node), new_location(node)
    got = level(node, sku, location)
    assert (got.on_hand, got.available, got.version) == (0, 0, 0), got


@check
def an_item_lists_its_levels_by_location(cluster):
    node = cluster.nodes[1]
    sku = new_item(node)
    locations = [new_location(node) for _ in range(12)]
    for location in locations:
        ask(node, "Receive", lines=[line(sku, location, 3)])
    request = reads_pb2.GetItemRequest(sku=sku, consistency=at(level=LINEARIZABLE))
    levels = cluster.nodes[2].stock.GetItem(request, timeout=TIMEOUT).levels
    assert [l.location_id for l in levels] == sorted(locations), levels


@check
def every_node_tells_the_state_of_the_cluster(cluster):
    leader = cluster.leader()
    status = leader.status()
    members = sorted((m.node_id, m.voter) for m in status.members)
    assert members == [("n1", True), ("n2", True), ("n3", True)], status
    others = [m for m in status.members if m.node_id != leader.name]
    eventually(lambda: all(m.match_position >= status.commit_position
                           for m in leader.status().members), 10, "the leader knows all match")
    assert all(m.connection == "connected" for m in others), status
    for node in cluster.nodes:
        got = node.status()
        assert (got.node_id, got.leader_id, got.term) == (node.name, leader.name, status.term), got
        assert got.role == (LEADER if node is leader else FOLLOWER), got
        assert got.ready and got.write_refusal == "", got
        assert got.applied_position <= got.commit_position <= got.log_last_position, got
        assert got.stored_position <= got.applied_position, got
        addresses = {m.node_id: m.peer_address for m in got.members}
        assert addresses == {n.name: f"127.0.0.1:{n.peer_port}" for n in cluster.nodes}, got


@check
def at_one_position_all_nodes_hold_the_same(cluster):
    for asker in cluster.nodes:
        first = asker.digest()
        assert first.position > 0 and len(first.digest) >= 16, first
        int(first.digest, 16)
        for node in cluster.nodes:
            assert node.digest(first.position) == first
    before = cluster.nodes[0].digest()
    new_item(cluster.nodes[0])
    assert cluster.nodes[0].digest().digest != before.digest, "a change changes the digest"
    request = cluster_pb2.GetDigestRequest(position=2**63)
    failure = failing(lambda: cluster.nodes[0].cluster.GetDigest(request, timeout=1))
    assert failure.code in (Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE), failure


@check
def health_is_told_and_watched(cluster):
    serving = health_pb2.HealthCheckResponse.SERVING
    for node in cluster.nodes:
        stub = health_pb2_grpc.HealthStub(node.channel)
        request = health_pb2.HealthCheckRequest()
        assert stub.Check(request, timeout=5).status == serving
        watch = stub.Watch(request, timeout=5)
        assert next(watch).status == serving
        watch.cancel()
        unknown = health_pb2.HealthCheckRequest(service="no.Such")
        assert failing(lambda: stub.Check(unknown, timeout=5)).code == Code.NOT_FOUND


@check
def reflection_describes_every_service(cluster):
    database = ProtoReflectionDescriptorDatabase(cluster.nodes[0].channel)
    services = set(database.get_services())
    assert services >= {"estoque.v1.LedgerService", "estoque.v1.StockService",
                        "estoque.v1.ClusterService", "estoque.v1.StoreService",
                        "grpc.health.v1.Health"}, services
    pool = DescriptorPool(database)
    for module in (reads_pb2, cluster_pb2, stores_pb2, types_pb2):
        for name, service in module.DESCRIPTOR.services_by_name.items():
            told = pool.FindServiceByName(service.full_name)
            assert set(told.methods_by_name) == set(service.methods_by_name), name
    ledger = pool.FindServiceByName("estoque.v1.LedgerService")
    assert ledger.methods_by_name["Session"].client_streaming
    fields = ledger.methods_by_name["Reserve"].input_type.fields_by_name
    assert fields["ttl_ms"].number == 6, "as in the .proto file"
