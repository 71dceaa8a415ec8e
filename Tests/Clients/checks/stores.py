"""Agents of stores in another language: the chain of facts, made here, as the ledger makes it again."""
import hashlib
import struct

import grpc

from checks.asking import (ASK_AGAIN, TIMEOUT, ask, failing, level, line, make_store, new_id,
                           new_item, new_location, new_name, reserve, stocked)
from checks.runner import check, eventually
from estoque.v1 import books_pb2, commands_pb2, store_types_pb2, stores_pb2, types_pb2

Code = grpc.StatusCode
Note = store_types_pb2.FactFate
Conflict = store_types_pb2.Conflict
Agent = store_types_pb2.StoreAgent
START = bytes(32)
# The members of a payload by the command; the number is the fact's kind.
KINDS = {"receive": 3, "adjust": 4, "sell": 5, "count": 16, "return_allotment": 30}


def tell(node, kind, /, **fields):
    """The answer to a new command about stores, asked again with its id for as long as it takes."""
    request = make_store(kind, **fields)
    return say(node, kind, request)


def say(node, kind, request):
    answer = []

    def done():
        try:
            answer.append(getattr(node.stores, kind)(request, timeout=TIMEOUT))
        except grpc.RpcError as error:
            if error.code() not in ASK_AGAIN:
                raise
        return answer

    return eventually(done, 20, f"{kind} is answered")[0]


def refused(node, kind, reason, code, /, **fields):
    failure = failing(lambda: tell(node, kind, **fields))
    assert (failure.reason, failure.code) == (reason, code), failure
    assert failure.message, failure
    return failure


class Outbox:
    """The chain of a store, with the submissions that tell of it."""

    def __init__(self, location, epoch=1):
        self.location, self.epoch = location, epoch
        self.sequence, self.hash = 0, START

    def write(self, *facts):
        """Links facts, and gives the fields of their submission."""
        fields = {"location_id": self.location, "epoch": self.epoch,
                  "first_sequence": self.sequence + 1, "previous_hash": self.hash,
                  "facts": list(facts)}
        for fact in facts:
            self.sequence += 1
            self.hash = hashlib.sha256(
                self.hash + struct.pack(">IQII", self.epoch, self.sequence, fact.kind, fact.version)
                + fact.payload).digest()
        return fields


def fact(member, command, time=1_700_000_000_000_000, **fields):
    payload = stores_pb2.FactPayload(occurred_at_us=time, **{member: command}, **fields)
    return stores_pb2.SubmittedFact(claimed_time_us=time, kind=KINDS[member], version=1,
                                    payload=payload.SerializeToString())


def sale(sku, location, quantity, **fields):
    sell = commands_pb2.SellRequest(lines=[line(sku, location, quantity)], sale_id=new_name("sale"))
    price = types_pb2.Money(amount=250, currency="EUR")
    return fact("sell", sell, prices=[price], **fields)


def registered(node, quantity):
    """A store with an agent and so many units of an item."""
    sku, location = stocked(node, quantity)
    agent = tell(node, "RegisterStore", location_id=location, instance=new_name("db")).store
    assert (agent.epoch, agent.state, agent.last_sequence) == (1, Agent.STATE_ACTIVE, 0), agent
    assert agent.last_hash == START, agent
    return sku, location


def listed(cluster, method, request, rows, since):
    """The rows of a list at each node, which all are the same."""
    request.min_position = since
    pages = [getattr(getattr(node.stores, method)(request, timeout=TIMEOUT), rows)
             for node in cluster.nodes]
    assert all(list(page) == list(pages[0]) for page in pages), pages
    return list(pages[0])


@check
def facts_are_taken_in_once_with_the_links_made_here(cluster):
    n1, n2, n3 = cluster.nodes
    sku, location = registered(n1, 10)
    granted = tell(n2, "GrantAllotment", location_id=location, epoch=1,
                   lines=[commands_pb2.ItemLine(sku=sku, quantity=6)])
    allotment, = granted.allotments.allotments
    assert (allotment.granted, allotment.open, granted.allotments.epoch) == (6, 6, 1), granted
    assert level(n3, sku, location).allotted == 6
    outbox = Outbox(location)
    submission = outbox.write(
        sale(sku, location, 2, rights_epoch=1, rights=[2]),
        stores_pb2.SubmittedFact(claimed_time_us=5, kind=4_000_000_000, version=9, payload=b"\x00\xff"),
        sale(sku, location, 1, rights_epoch=1, rights=[1]))
    request = make_store("SubmitFacts", **submission)
    first = say(n1, "SubmitFacts", request)
    assert first.credit > 0, first
    assert first.facts.last_sequence == 3 and first.facts.last_hash == outbox.hash, first
    fates = [list(fate.notes) for fate in first.facts.fates]
    assert fates == [[], [Note.NOTE_QUARANTINED], []], fates
    again = say(n2, "SubmitFacts", request)
    assert again.replayed and again.facts == first.facts and again.position == first.position
    anew = tell(n3, "SubmitFacts", **submission)
    assert not anew.replayed and anew.facts == first.facts, anew
    left = level(n1, sku, location)
    assert (left.on_hand, left.allotted, left.available) == (7, 3, 4), left
    # The agent gives the rest back, and says that this is all.
    back = stores_pb2.ReturnAllotment(lines=[line(sku, location, 3)])
    last = tell(n1, "SubmitFacts", complete_through_us=first.log_time_us,
                **outbox.write(fact("return_allotment", back, rights_epoch=1, rights=[3])))
    assert [list(fate.notes) for fate in last.facts.fates] == [[]], last
    left = level(n2, sku, location)
    assert (left.on_hand, left.allotted, left.available) == (7, 0, 7), left
    report, = listed(cluster, "ListStores", stores_pb2.ListStoresRequest(location_id=location),
                     "stores", last.position)
    agent = report.agent
    assert (agent.last_sequence, agent.fact_count, agent.quarantine_count) == (4, 4, 1), agent
    assert agent.known_through_us == first.log_time_us and agent.last_hash == outbox.hash, agent
    assert (report.open_conflicts, report.quarantined) == (0, 1), report


@check
def a_fork_freezes_the_store_and_another_agent_takes_over(cluster):
    n1, n2, n3 = cluster.nodes
    sku, location = registered(n1, 5)
    outbox, clone = Outbox(location), Outbox(location)
    tell(n1, "SubmitFacts", **outbox.write(sale(sku, location, 1)))
    other = clone.write(sale(sku, location, 1))
    failure = refused(n2, "SubmitFacts", "FORKED", Code.FAILED_PRECONDITION, **other)
    assert failure.metadata["location_id"] == location, failure
    assert failure.metadata["sequence"] == "1", failure
    since = int(failure.metadata["position"])
    untold = outbox.write(sale(sku, location, 2))
    for kind, fields in (("SubmitFacts", untold),
                         ("GrantAllotment", {"location_id": location, "epoch": 1, "lines": [
                             commands_pb2.ItemLine(sku=sku, quantity=1)]})):
        refused(n3, kind, "STORE_FROZEN", Code.FAILED_PRECONDITION, **fields)
    conflict, = listed(cluster, "ListConflicts",
                       stores_pb2.ListConflictsRequest(location_id=location), "conflicts", since)
    assert conflict.kind == Conflict.KIND_FORK and conflict.cause.sequence == 1, conflict
    refused(n1, "ResolveConflict", "CONFLICT_STANDS", Code.FAILED_PRECONDITION,
            conflict_id=conflict.conflict_id, decision=1, reason="why")
    new = new_name("db")
    taken = refused(n1, "RegisterStore", "STORE_TAKEN", Code.FAILED_PRECONDITION,
                    location_id=location, instance=new)
    assert taken.metadata["epoch"] == "1" and taken.metadata["instance"], taken
    agent = tell(n2, "RegisterStore", location_id=location, instance=new, takeover=True).store
    assert (agent.epoch, agent.state, agent.last_sequence) == (2, Agent.STATE_ACTIVE, 0), agent
    fenced = refused(n3, "SubmitFacts", "EPOCH_FENCED", Code.FAILED_PRECONDITION, **other)
    assert fenced.metadata["current_epoch"] == "2", fenced
    # What the old disk had not told is put aside, and then booked by an admin's word.
    answer = tell(n2, "SubmitFacts", is_salvage=True, **untold)
    assert answer.facts.last_sequence == 2 and answer.facts.last_hash == outbox.hash, answer
    assert [list(fate.notes) for fate in answer.facts.fates] == [[Note.NOTE_QUARANTINED]], answer
    mark = store_types_pb2.FactMark(location_id=location, epoch=1, sequence=2)
    aside, = listed(cluster, "ListQuarantined",
                    stores_pb2.ListQuarantinedRequest(location_id=location), "facts", answer.position)
    assert aside.mark == mark and aside.hash == outbox.hash, aside
    request = make_store("ReplayFact", mark=mark, reason="found-the-disk")
    booked = say(n3, "ReplayFact", request)
    assert [list(fate.notes) for fate in booked.facts.fates] == [[Note.NOTE_OVERDRAWN]], booked
    again = say(n3, "ReplayFact", request)
    assert again.facts == booked.facts and again.replayed, again
    refused(n1, "ReplayFact", "FACT_NOT_FOUND", Code.NOT_FOUND, mark=mark, reason="again")
    assert level(n1, sku, location).on_hand == 2


@check
def gaps_and_what_is_malformed_are_named(cluster):
    node = cluster.nodes[0]
    sku, location = registered(node, 5)
    outbox = Outbox(location)
    outbox.write(sale(sku, location, 1))
    ahead = outbox.write(sale(sku, location, 1))
    gap = refused(node, "SubmitFacts", "SEQUENCE_GAP", Code.OUT_OF_RANGE, **ahead)
    assert gap.metadata["expected_sequence"] == "1", gap
    for fields, wrong in (({"previous_hash": b"short"}, "previous_hash"), ({"epoch": 0}, "epoch"),
                          ({"first_sequence": 0}, "first_sequence"),
                          ({"facts": ahead["facts"] * 257}, "facts"),
                          ({"location_id": "not one"}, "location_id")):
        failure = refused(node, "SubmitFacts", "MALFORMED", Code.INVALID_ARGUMENT,
                          **{**ahead, **fields})
        assert failure.fields == [wrong], failure
    nowhere = new_location(node)
    refused(node, "SubmitFacts", "STORE_NOT_REGISTERED", Code.NOT_FOUND,
            **{**ahead, "location_id": nowhere})
    refused(node, "RecallAllotment", "STORE_NOT_REGISTERED", Code.NOT_FOUND, location_id=nowhere,
            lines=[commands_pb2.ItemLine(sku=sku, quantity=1)])


@check
def late_sales_take_what_was_promised_and_say_so(cluster):
    node = cluster.nodes[1]
    sku, location = registered(node, 3)
    held = reserve(node, sku, location, 2)
    taken = tell(node, "SubmitFacts", **Outbox(location).write(sale(sku, location, 4)))
    notes = set(taken.facts.fates[0].notes)
    assert {Note.NOTE_OVERDRAWN, Note.NOTE_CURED_HOLDS, Note.NOTE_NEGATIVE_ON_HAND} <= notes, notes
    left = level(node, sku, location)
    assert (left.on_hand, left.reserved) == (-1, 0), left
    open_ones = listed(cluster, "ListConflicts",
                       stores_pb2.ListConflictsRequest(location_id=location), "conflicts",
                       taken.position)
    kinds = {conflict.kind: conflict for conflict in open_ones}
    assert kinds[Conflict.KIND_NEGATIVE_ON_HAND].quantity == 1, open_ones
    changes = books_pb2.WatchChangesRequest(after_position=0, location_id=location)
    cured = None
    for message in node.books.WatchChanges(changes, timeout=30):
        for entry in message.entries:
            if entry.HasField("cured"):
                cured = entry
        if message.position >= taken.position:
            break
    assert cured.cured.reservation_id == held.reservation_id, cured
    assert cured.cured_by.sequence == 1 and cured.cured_by.location_id == location, cured
    # The missing receipt lands, and all is well.
    healed = ask(node, "Receive", lines=[line(sku, location, 1)])
    assert not listed(cluster, "ListConflicts",
                      stores_pb2.ListConflictsRequest(location_id=location), "conflicts",
                      healed.position)


@check
def an_unknown_item_waits_until_it_is_in_the_catalogue(cluster):
    node = cluster.nodes[2]
    _, location = registered(node, 1)
    sku = new_name("late")
    taken = tell(node, "SubmitFacts", **Outbox(location).write(sale(sku, location, 2)))
    assert list(taken.facts.fates[0].notes) == [Note.NOTE_UNKNOWN_ITEM], taken
    conflict, = listed(cluster, "ListConflicts",
                       stores_pb2.ListConflictsRequest(location_id=location), "conflicts",
                       taken.position)
    assert (conflict.kind, conflict.sku, conflict.quantity) == (
        Conflict.KIND_UNKNOWN_ITEM, sku, -2), conflict
    ask(node, "UpsertItem", sku=sku, title="Late", state=1)
    tell(node, "ResolveConflict", conflict_id=conflict.conflict_id, decision=2, reason="created")
    assert level(node, sku, location).on_hand == -2
    failure = refused(node, "ResolveConflict", "CONFLICT_NOT_FOUND", Code.NOT_FOUND,
                      conflict_id=conflict.conflict_id, decision=2, reason="created")
    assert failure.metadata["conflict_id"] == conflict.conflict_id, failure


@check
def an_agent_gets_its_location_whole(cluster):
    node = cluster.nodes[0]
    sku, location = registered(node, 9)
    other = new_item(node)
    ask(node, "Receive", lines=[line(other, location, 1)])
    held = reserve(node, sku, location, 2)
    offer = ask(node, "SetOffer", sku=sku, location_id=location,
                price=types_pb2.Money(amount=199, currency="EUR")).offer
    moving = ask(node, "CreateTransfer", transfer_id=new_id(), from_location_id=location,
                 to_location_id=new_location(node),
                 lines=[commands_pb2.ItemLine(sku=sku, quantity=1)])
    Request = stores_pb2.ListStoreRowsRequest

    def rows(table, field, **fields):
        request = Request(location_id=location, table=table, **fields)
        return listed(cluster, "ListStoreRows", request, field, moving.position)

    levels = rows(Request.TABLE_LEVELS, "levels")
    assert {(row.sku, row.on_hand, row.reserved) for row in levels} == {
        (sku, 9, 2), (other, 1, 0)}, levels
    assert rows(Request.TABLE_OFFERS, "offers") == [offer]
    assert rows(Request.TABLE_OPEN_RESERVATIONS, "reservations") == [held]
    assert rows(Request.TABLE_OPEN_TRANSFERS, "transfers") == [moving.transfer]
    # Page by page it is the same.
    seen, token = [], ""
    while True:
        page = node.stores.ListStoreRows(
            Request(location_id=location, table=Request.TABLE_LEVELS, page_size=1,
                    page_token=token), timeout=TIMEOUT)
        seen += page.levels
        token = page.next_page_token
        if not token:
            break
    assert seen == levels, seen
    for wrong, field in (({"table": 0}, "table"), ({"page_size": 9_999}, "page_size"),
                         ({"page_token": "x"}, "page_token"), ({"location_id": ""}, "location_id")):
        request = Request(**{"location_id": location, "table": 1, **wrong})
        failure = failing(lambda: node.stores.ListStoreRows(request, timeout=TIMEOUT))
        assert failure.fields == [field], failure
    unknown = Request(location_id=new_name("no"), table=1)
    failure = failing(lambda: node.stores.ListStoreRows(unknown, timeout=TIMEOUT))
    assert failure.reason == "LOCATION_NOT_FOUND", failure


@check
def a_price_changed_on_both_sides_keeps_both(cluster):
    node = cluster.nodes[1]
    sku, location = registered(node, 1)
    ours = types_pb2.Money(amount=100, currency="EUR")
    theirs = types_pb2.Money(amount=120, currency="EUR")
    ask(node, "SetOffer", sku=sku, location_id=location, price=ours)
    late = ask(node, "SetOffer", sku=sku, location_id=location, price=theirs,
               update_mask={"paths": ["price"]}, base_price=commands_pb2.BasePrice())
    assert late.HasField("done"), late
    conflict, = listed(cluster, "ListConflicts",
                       stores_pb2.ListConflictsRequest(location_id=location), "conflicts",
                       late.position)
    assert conflict.kind == Conflict.KIND_EDIT and conflict.wanted == theirs, conflict
    taken = tell(node, "ResolveConflict", conflict_id=conflict.conflict_id, decision=2, reason="ok")
    assert taken.offer.price == theirs, taken
    kept = commands_pb2.BasePrice(price=theirs)
    answer = ask(node, "SetOffer", sku=sku, location_id=location, price=ours,
                 update_mask={"paths": ["price"]}, base_price=kept)
    assert answer.offer.price == ours, answer


@check
def revoked_rights_are_free_and_the_agent_goes_on(cluster):
    n1, n2, n3 = cluster.nodes
    sku, location = registered(n1, 5)
    lines = [commands_pb2.ItemLine(sku=sku, quantity=4)]
    tell(n1, "GrantAllotment", location_id=location, epoch=1, lines=lines)
    recalled = tell(n2, "RecallAllotment", location_id=location, lines=lines).allotments
    assert [row.recalled for row in recalled.allotments] == [4], recalled
    refused(n3, "RevokeAllotment", "REASON_REQUIRED", Code.INVALID_ARGUMENT, location_id=location,
            epoch=1, skus=[sku])
    revoked = tell(n3, "RevokeAllotment", location_id=location, epoch=1, skus=[sku], reason="burnt")
    assert revoked.allotments.epoch == 2, revoked
    assert [row.frozen for row in revoked.allotments.allotments] == [4], revoked
    assert level(n1, sku, location).allotted == 0
    stale = refused(n1, "GrantAllotment", "STALE_EPOCH", Code.FAILED_PRECONDITION,
                    location_id=location, epoch=1, lines=lines)
    assert stale.metadata["current_epoch"] == "2", stale
    rights = listed(cluster, "ListAllotments",
                    stores_pb2.ListAllotmentsRequest(location_id=location), "allotments",
                    revoked.position)
    assert [(row.epoch, row.granted, row.frozen) for row in rights] == [(2, 0, 0)], rights
    outbox = Outbox(location, epoch=2)
    sold = tell(n2, "SubmitFacts",
                **outbox.write(sale(sku, location, 1, rights_epoch=1, rights=[1])))
    assert list(sold.facts.fates[0].notes) == [Note.NOTE_OVERDRAWN], sold
