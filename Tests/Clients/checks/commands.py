"""Every command, and what repeating one does."""
import concurrent.futures
import time

from checks.asking import (ask, batch, failing, level, line, make, new_id, new_name,
                           reserve, stocked)
from checks.runner import check, eventually
from estoque.v1 import commands_pb2, reads_pb2, types_pb2

HELD, CONFIRMED, FULFILLED, RELEASED, EXPIRED = 1, 2, 3, 4, 5


@check
def items_and_locations_count_their_versions(cluster):
    n1, n2, n3 = cluster.nodes
    sku, location = new_name("sku"), new_name("loc")
    item = {"sku": sku, "title": "Chá verde", "attributes": {"size": "100 g", "leaf": "Sencha"},
            "price": 1999, "currency": "EUR", "state": 1}
    assert ask(n1, "UpsertItem", **item, expected_version=0).version == 1
    assert ask(n2, "UpsertItem", **item, expected_version=1).version == 2
    assert ask(n3, "UpsertItem", **item).version == 3
    place = {"location_id": location, "name": "Loja 1", "kind": 2, "priority": -7,
             "sells_online": True, "state": 1}
    assert ask(n3, "UpsertLocation", **place, expected_version=0).version == 1
    answer = ask(n1, "UpsertLocation", **place)
    assert answer.version == 2
    for node in cluster.nodes:
        at = reads_pb2.Consistency(
            level=reads_pb2.Consistency.LEVEL_SESSION, min_position=answer.position)
        got = node.stock.GetItem(reads_pb2.GetItemRequest(sku=sku, consistency=at), timeout=5).item
        assert got == types_pb2.Item(version=3, **item), got
        got = node.stock.GetLocation(
            reads_pb2.GetLocationRequest(location_id=location, consistency=at), timeout=5).location
        assert got == types_pb2.Location(version=2, **place), got


@check
def stock_moves_through_every_command(cluster):
    nodes = cluster.nodes
    sku, location = stocked(nodes[0], 0)
    answers = []

    def turn(kind, **fields):
        answers.append(ask(nodes[len(answers) % 3], kind, **fields))
        return answers[-1]

    def one_level(answer):
        assert len(answer.levels.levels) == 1, answer
        return answer.levels.levels[0]

    assert one_level(turn("Receive", lines=[line(sku, location, 10)], document="DN-1")).on_hand == 10
    adjusted = one_level(turn("Adjust", lines=[line(sku, location, -2)], reason="damaged"))
    assert adjusted.on_hand == 8
    sold = one_level(turn("Sell", lines=[line(sku, location, 1), line(sku, location, 1)]))
    assert (sold.on_hand, sold.available, sold.available_online) == (6, 6, 6), sold

    rid = new_id()
    owner = types_pb2.Owner(kind=3, reference="order-1")
    held = turn("Reserve", reservation_id=rid, owner=owner, ttl_ms=60_000,
                lines=[line(sku, location, 1), line(sku, location, 3)]).reservation
    assert held.reservation_id == rid and held.owner == owner and held.state == HELD, held
    assert len(held.lines) == 1 and held.lines[0].requested == 4, held
    assert held.expire_time_us == answers[-1].log_time_us + 60_000_000, held
    assert held.max_expire_time_us == answers[-1].log_time_us + 604_800_000_000, held
    longer = turn("Extend", reservation_id=rid, ttl_ms=120_000).reservation
    assert longer.expire_time_us == answers[-1].log_time_us + 120_000_000, longer
    kept = turn("Confirm", reservation_id=rid, order_reference="order-1").reservation
    assert kept.state == CONFIRMED and kept.order_reference == "order-1", kept
    part = turn("Fulfill", reservation_id=rid, lines=[line(sku, location, 3)]).reservation
    assert part.state == CONFIRMED and part.lines[0].fulfilled == 3, part
    done = turn("Release", reservation_id=rid, reason="changed-mind").reservation
    assert done.state == FULFILLED and done.lines[0].released == 1, done

    left = level(nodes[1], sku, location)
    assert (left.on_hand, left.reserved, left.available) == (3, 0, 3), left
    positions = [a.position for a in answers]
    assert positions == sorted(set(positions)), positions
    times = [a.log_time_us for a in answers]
    assert times == sorted(set(times)), times
    assert not any(a.replayed for a in answers)
    assert abs(times[-1] / 1e6 - time.time()) < 60, times[-1]


@check
def a_hold_can_be_fulfilled_or_released_without_a_confirmation(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 10)
    first = reserve(node, sku, location, 4).reservation_id
    second = reserve(node, sku, location, 3).reservation_id
    assert level(node, sku, location).reserved == 7
    assert ask(node, "Fulfill", reservation_id=first).reservation.state == FULFILLED
    assert ask(node, "Release", reservation_id=second).reservation.state == RELEASED
    left = level(node, sku, location)
    assert (left.on_hand, left.reserved) == (6, 0), left


@check
def a_store_owner_holds_an_allotment(cluster):
    node = cluster.nodes[0]
    sku, location = stocked(node, 10)
    reserve(node, sku, location, 4, owner=types_pb2.Owner(kind=2, reference="agent-1"))
    left = level(node, sku, location)
    assert (left.allotted, left.reserved, left.available) == (4, 0, 6), left


@check
def a_hold_is_replaced_in_one_step(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 10)
    old = reserve(node, sku, location, 8)
    new = reserve(node, sku, location, 9, replaces_id=old.reservation_id)
    assert new.lines[0].requested == 9
    gone = node.stock.GetReservation(
        reads_pb2.GetReservationRequest(
            reservation_id=old.reservation_id, consistency=reads_pb2.Consistency(level=4)),
        timeout=5)
    assert gone.reservation.state == RELEASED, gone
    assert level(node, sku, location).reserved == 9


@check
def a_hold_expires_by_itself_and_is_taken_again_by_confirm(cluster):
    node = cluster.nodes[0]
    sku, location = stocked(node, 5)
    rid = reserve(node, sku, location, 5, ttl_ms=150).reservation_id
    # Nobody writes: the leader moves the time on.
    eventually(lambda: level(node, sku, location).reserved == 0, 10, "the hold expires")
    for other in cluster.nodes:
        request = reads_pb2.GetReservationRequest(
            reservation_id=rid, consistency=reads_pb2.Consistency(level=4))
        assert other.stock.GetReservation(request, timeout=5).reservation.state == EXPIRED
    assert ask(node, "Confirm", reservation_id=rid).reservation.state == CONFIRMED
    assert level(node, sku, location).reserved == 5


@check
def a_request_repeated_at_any_node_has_the_same_answer(cluster):
    n1, n2, n3 = cluster.nodes
    sku, location = stocked(n1, 10)
    request = make("Reserve", reservation_id=new_id(), ttl_ms=60_000, lines=[line(sku, location, 4)],
                   owner=types_pb2.Owner(kind=1, reference="c"))
    first = n1.ledger.Reserve(request, timeout=5)
    assert not first.replayed
    for node in (n2, n3, n1):
        again = node.ledger.Reserve(request, timeout=5)
        assert again.replayed
        again.replayed = False
        assert again == first, (first, again)
    assert level(n2, sku, location).reserved == 4


@check
def a_refusal_repeated_is_the_same_refusal_though_the_world_has_changed(cluster):
    n1, n2, _ = cluster.nodes
    sku, location = stocked(n1, 1)
    request = make("Sell", lines=[line(sku, location, 5)])
    first = failing(lambda: n1.ledger.Sell(request, timeout=5))
    assert first.reason == "INSUFFICIENT_STOCK" and first.metadata["replayed"] == "false", first
    ask(n1, "Receive", lines=[line(sku, location, 100)])
    again = failing(lambda: n2.ledger.Sell(request, timeout=5))
    assert again.metadata["replayed"] == "true", again
    for failure in (first, again):
        failure.metadata.pop("replayed")
        failure.details.pop("google.rpc.ErrorInfo")  # which is the metadata
    assert again == first, (first, again)
    assert level(n2, sku, location).on_hand == 101


@check
def of_many_equal_requests_at_once_one_is_applied(cluster):
    sku, location = stocked(cluster.nodes[0], 100)
    request = make("Sell", lines=[line(sku, location, 1)])
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(
            lambda i: cluster.nodes[i % 3].ledger.Sell(request, timeout=10), range(60)))
    assert sum(not a.replayed for a in answers) == 1
    assert len({a.position for a in answers}) == 1
    assert level(cluster.nodes[0], sku, location).on_hand == 99


@check
def fields_that_a_node_does_not_know_are_ignored(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 10)
    request = make("Sell", lines=[line(sku, location, 1)])
    plain = request.SerializeToString()
    # Field 1000 as a varint, 1001 as bytes, 1002 as eight and 1003 as four bytes, and a group 1004.
    unknown = (b"\xc0\x3e\x05" b"\xca\x3e\x03abc" b"\xd1\x3e" + bytes(8) + b"\xdd\x3e" + bytes(4)
               + b"\xe3\x3e\x08\x01\xe4\x3e")
    inside = commands_pb2.SellRequest.FromString(plain)
    raw = node.channel.unary_unary("/estoque.v1.LedgerService/Sell")
    first = commands_pb2.Answer.FromString(raw(unknown + plain + unknown, timeout=5))
    assert not first.replayed and first.levels.levels[0].on_hand == 9, first
    again = node.ledger.Sell(inside, timeout=5)
    assert again.replayed, "unknown fields are no part of the payload"


@check
def a_batch_answers_each_command_for_itself(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 10)
    good = make("Sell", lines=[line(sku, location, 1)])
    commands = [
        commands_pb2.Command(sell=good),
        commands_pb2.Command(sell=make("Sell", lines=[line(sku, location, 50)])),
        commands_pb2.Command(sell=make("Sell", lines=[line(sku, location, 0)])),
        commands_pb2.Command(),
        commands_pb2.Command(receive=make("Receive", lines=[line(sku, location, 5)])),
        commands_pb2.Command(sell=good),
    ]
    answers = node.ledger.Batch(commands_pb2.BatchRequest(commands=commands), timeout=10).answers
    assert [a.tag for a in answers] == list(range(6))
    assert [a.WhichOneof("result") for a in answers] == [
        "answer", "refusal", "problem", "problem", "answer", "answer"], answers
    refusal = answers[1].refusal
    assert refusal.position > 0 and refusal.problem.reason == "INSUFFICIENT_STOCK", refusal
    shortage = refusal.problem.insufficient_stock.shortages[0]
    assert (shortage.requested, shortage.available) == (50, 9), shortage
    for answer, field in ((answers[2], "lines[0].quantity"), (answers[3], "command")):
        assert answer.problem.code == 3 and answer.problem.reason == "MALFORMED", answer
        assert [v.field for v in answer.problem.field_violations] == [field], answer
    assert answers[5].answer.replayed and answers[5].answer.position == answers[0].answer.position
    assert level(node, sku, location).on_hand == 14


@check
def a_large_batch_is_answered_in_order(cluster):
    node = cluster.followers()[0]
    sku, location = stocked(node, 3000)
    commands = [commands_pb2.Command(sell=make("Sell", lines=[line(sku, location, 1)]))
                for _ in range(3000)]
    left = [a.answer.levels.levels[0].on_hand for a in batch(node, commands)]
    assert left == list(range(2999, -1, -1)), left[:10]


@check
def what_one_node_acknowledged_every_node_shows(cluster):
    sku, location = stocked(cluster.nodes[0], 1000)
    for turn in range(30):
        writer, reader = cluster.nodes[turn % 3], cluster.nodes[(turn + 1) % 3]
        answer = ask(writer, "Sell", lines=[line(sku, location, 1)])
        assert level(reader, sku, location).on_hand == 999 - turn
        third = cluster.nodes[(turn + 2) % 3]
        got = level(third, sku, location, level=3, min_position=answer.position)
        assert got.on_hand <= 999 - turn
