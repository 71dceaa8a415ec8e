"""The stream of changes over HTTP: snapshots, resume on other nodes, `prev`, and what can't be told."""
import http.client
import json
import subprocess
import threading
import time
import urllib.parse

from estoque.v1 import commands_pb2

from checks.asking import ask, batch, line, make, new_item, new_location, stocked
from checks.http_reads import http_ask, is_problem
from checks.runner import check, eventually


class Event:
    """One event of a stream."""

    def __init__(self, kind, event_id, data):
        self.kind, self.id, self.data = kind, event_id, data

    def __repr__(self):
        return f"{self.kind}#{self.id}{self.data}"


class Stream:
    """A stream that is read by hand, as a browser would."""

    def __init__(self, node, query, last_event_id=None, timeout=10):
        self.connection = http.client.HTTPConnection("127.0.0.1", node.http_port, timeout=timeout)
        headers = {"Accept": "text/event-stream"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        query = urllib.parse.urlencode(query, doseq=True)
        self.connection.request("GET", f"/v1/changes?{query}", headers=headers)
        self.response = self.connection.getresponse()
        self.retry = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # The answer keeps the socket, as it comes with "Connection: close".
        self.response.close()
        self.connection.close()

    def next(self):
        """The next event of any kind; None at the end."""
        kind, event_id, data = "message", None, []
        while True:
            raw = self.response.readline()
            if not raw:
                return None
            text = raw.decode().rstrip("\r\n")
            if not text:
                if data:
                    return Event(kind, event_id, json.loads("\n".join(data)))
                kind, event_id = "message", None
                continue
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                kind = value
            elif name == "id":
                event_id = value
            elif name == "data":
                data.append(value)
            elif name == "retry":
                self.retry = int(value)

    def changes(self, count):
        """The next events that are no bookmarks."""
        events = []
        while len(events) < count:
            event = self.next()
            assert event is not None, f"the stream ended after {events}"
            if event.kind != "bookmark":
                events.append(event)
        return events


def is_chained(events, cursor):
    """Each event names the position of the one before it; the first, the cursor."""
    for event in events:
        assert event.data["prev"] == cursor, (event, cursor)
        assert event.data["position"] >= cursor, event
        cursor = event.data["position"]
    return cursor


def known(node, position):
    """Waits until a node's feed has got to a position."""
    eventually(lambda: metric(node, "estoque_feed_position") >= position, 10,
               f"{node.name}'s feed reaches {position}")


def metric(node, name):
    """A number from /metrics."""
    for text in http_ask(node, "/metrics").body.decode().splitlines():
        if text.startswith(name + " "):
            return float(text.split()[1])
    raise AssertionError(f"no {name}")


@check
def a_stream_begins_with_the_state_and_tells_each_change(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    position = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    for node in cluster.nodes:
        known(node, position)
        with Stream(node, {"sku": sku}) as stream:
            assert stream.response.status == 200
            assert stream.response.headers["content-type"].startswith("text/event-stream")
            first = stream.changes(1)[0]
            assert first.kind == "availability" and first.data["available"] == 9, first
            read = http_ask(node, f"/v1/availability?sku={sku}").json["items"][0]
            state = {k: v for k, v in first.data.items() if k not in ("position", "prev")}
            assert state == read, (state, read)
            assert stream.retry and 1000 <= stream.retry <= 2000, stream.retry


@check
def every_sale_is_an_event_of_the_log_in_order(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 60)
    start = ask(leader, "Receive", lines=[line(sku, location, 1)]).position
    node = cluster.followers()[0]
    known(node, start)
    with Stream(node, {"sku": sku, "mode": "log", "after": start}) as stream:
        sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(50)]
        events = stream.changes(50)
    assert [e.data["position"] for e in events] == sold, (events, sold)
    assert [e.data["available"] for e in events] == list(range(60, 10, -1)), events
    is_chained(events, start)


@check
def everything_that_is_shown_converges_with_the_reads(cluster):
    leader = cluster.leader()
    location, other = new_location(leader), new_location(leader)
    skus = [new_item(leader) for _ in range(20)]
    shown = {}
    with Stream(cluster.followers()[1], {"sku": skus}) as stream:
        for event in stream.changes(20):
            shown[event.data["sku"]] = event.data
        commands = []
        for number, sku in enumerate(skus):
            commands.append(make("Receive", lines=[
                line(sku, location, number + 1), line(sku, other, 2)]))
        from estoque.v1 import commands_pb2
        batch(leader, [commands_pb2.Command(receive=c) for c in commands])
        ask(leader, "UpsertItem", sku=skus[0], title="New", state=1, price=77, currency="EUR")
        last = ask(leader, "UpsertLocation", location_id=other, name="Closed to the web", kind=1,
                   state=1, sells_online=False).position
        seen = 0
        while seen < last:
            event = stream.next()
            assert event is not None
            if event.kind == "availability":
                shown[event.data["sku"]] = event.data
            if event.id:
                seen = int(event.id)
    answer = http_ask(leader, "/v1/availability?" + urllib.parse.urlencode(
        {"sku": skus, "consistency": "linearizable"}, doseq=True))
    for read in answer.json["items"]:
        state = {k: v for k, v in shown[read["sku"]].items() if k not in ("position", "prev")}
        assert state == read, (state, read)
    assert shown[skus[4]]["available"] == 5 and shown[skus[0]]["price"]["amount"] == 77


@check
def a_stream_goes_on_at_another_node_when_its_own_is_killed(cluster):
    leader = cluster.leader()
    victim, survivor = cluster.followers()
    skus, location = [new_item(leader) for _ in range(5)], new_location(leader)
    start = ask(leader, "Receive", lines=[line(s, location, 1000) for s in skus]).position
    for node in (victim, survivor):
        known(node, start)
    sold, done = [], threading.Event()

    def sell():
        while not done.is_set():
            sku = skus[len(sold) % 5]
            sold.append((sku, ask(leader, "Sell", lines=[line(sku, location, 1)]).position))

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        events, cursor = [], str(start)
        with Stream(victim, {"sku": skus, "mode": "log", "after": start}) as stream:
            events += stream.changes(40)
            victim.process.kill()
            try:
                while event := stream.next():
                    if event.kind != "bookmark":
                        events.append(event)
            except (OSError, http.client.HTTPException, ValueError):
                pass  # cut off in the middle of an event, which has not been seen then
        cursor = [e.id for e in events if e.id][-1]
        events = [e for e in events if e.data["position"] <= int(cursor)]
        with Stream(survivor, {"sku": skus, "mode": "log"}, last_event_id=cursor) as stream:
            events += stream.changes(40)
    finally:
        done.set()
        seller.join()
        victim.process.wait()
        victim.start(cluster.binary, cluster.members)
        cluster.wait_ready(victim, 30)
    is_chained(events, start)
    told = [(e.data["sku"], e.data["position"]) for e in events]
    assert told == sold[:len(told)], (told, sold)
    # The node that was killed can go on from there too: it reads back what it has missed.
    known(victim, int(cursor))
    with Stream(victim, {"sku": skus, "mode": "log"}, last_event_id=cursor) as stream:
        again = stream.changes(40)
    assert [e.data["position"] for e in again] == [
        p for _, p in sold if p > int(cursor)][:40], again


@check
def the_terminal_follows_a_stream_at_another_node_after_a_kill(cluster):
    leader = cluster.leader()
    victim, survivor = cluster.followers()
    sku, location = stocked(leader, 100)
    start = ask(leader, "Receive", lines=[line(sku, location, 1)]).position
    known(victim, start)
    command = [cluster.binary, "watch", "--sku", sku, "--after", str(start), "--limit", "20",
               "--output", "json", "--node",
               f"127.0.0.1:{victim.rpc_port},127.0.0.1:{survivor.rpc_port}"]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(10)]
        told = [json.loads(watching.stdout.readline()) for _ in range(10)]
        victim.process.kill()
        victim.process.wait()
        sold += [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(10)]
        rest, notes = watching.communicate(timeout=20)
        told += [json.loads(text) for text in rest.splitlines()]
    finally:
        watching.kill()
        victim.start(cluster.binary, cluster.members)
        cluster.wait_ready(victim, 30)
    assert watching.returncode == 0, notes
    assert [entry["position"] for entry in told] == sold, (told, sold)
    assert "going on elsewhere" in notes, notes


@check
def a_stream_survives_a_new_leader(cluster):
    leader = cluster.leader()
    node = cluster.followers()[0]
    sku, location = stocked(leader, 100)
    start = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    known(node, start)
    with Stream(node, {"sku": sku, "mode": "log", "after": start}) as stream:
        leader.stop()
        sold = [ask(node, "Sell", lines=[line(sku, location, 1)]).position for _ in range(5)]
        events = stream.changes(5)
        leader.resume()
    assert [e.data["position"] for e in events] == sold
    is_chained(events, start)
    known(leader, sold[-1])
    with Stream(leader, {"sku": sku, "mode": "log", "after": start}) as stream:
        assert [e.data["position"] for e in stream.changes(5)] == sold


@check
def bookmarks_are_honest_about_the_age(cluster):
    node = cluster.followers()[0]
    others = [n for n in cluster.nodes if n is not node]
    sku, _ = stocked(node, 5)
    with Stream(node, {"sku": sku}) as stream:
        while (event := stream.next()).kind != "bookmark" or event.id is None:
            pass
        assert event.data["node"] == node.name and event.data["stalenessMs"] < 3000, event
        for other in others:
            other.stop()
        stopped = time.monotonic()
        told = []
        while time.monotonic() < stopped + 3.5:
            asked = time.monotonic()
            event = stream.next()
            # It was written after we asked for it, or waited for us no longer than the last one.
            if event.kind == "bookmark" and time.monotonic() - asked > 0.05:
                least = (asked - stopped) * 1000
                assert event.data["stalenessMs"] >= least, (event, least)
                told.append(event.data["stalenessMs"])
        assert len(told) >= 2 and told == sorted(told), told
        cluster.resume_all()
        eventually(lambda: stream.next().data.get("stalenessMs", 9999) < 1500, 15,
                   "the certificate is young again")


@check
def no_bookmark_claims_to_be_younger_than_it_is(cluster):
    leader = cluster.leader()
    node = cluster.followers()[0]
    sku, location = stocked(leader, 1_000_000)
    idle = new_item(leader)
    acknowledged, done = [], threading.Event()

    def sell():
        while not done.is_set():
            position = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
            acknowledged.append((position, time.monotonic()))

    def pause():
        for _ in range(3):
            done.wait(0.7)
            node.stop()
            done.wait(1.2)
            node.resume()

    workers = [threading.Thread(target=sell), threading.Thread(target=pause)]
    for worker in workers:
        worker.start()
    bookmarks = []
    try:
        # Of an item that nobody buys, so that there is nothing but bookmarks.
        with Stream(node, {"sku": idle}, timeout=20) as stream:
            while workers[1].is_alive() or len(bookmarks) < 5:
                asked = time.monotonic()
                event = stream.next()
                # One that we had to wait for was written after we had asked.
                waited = time.monotonic() - asked > 0.02
                if event.kind == "bookmark" and waited and event.data["stalenessMs"] is not None:
                    bookmarks.append((asked, event.data["position"], event.data["stalenessMs"] / 1000))
    finally:
        done.set()
        for worker in workers:
            worker.join()
    assert len(acknowledged) > 50, len(acknowledged)
    for asked, position, age in bookmarks:
        missing = [at for sold, at in acknowledged if sold > position and at < asked - age]
        assert not missing, (position, age, [asked - at for at in missing])
    assert max(b[1] for b in bookmarks) > acknowledged[0][0], "the stream moves on"


@check
def a_wrong_question_to_the_feed_is_refused(cluster):
    node = cluster.leader()
    for path in ("/v1/changes", "/v1/changes:poll"):
        is_problem(http_ask(node, f"{path}?after=soon"), 400, "invalid-argument")
        is_problem(http_ask(node, f"{path}?sku=a&mode=some"), 400, "invalid-argument")
        is_problem(http_ask(node, path, method="POST"), 405, "method-not-allowed")


@check
def a_cursor_too_old_is_gone_and_too_many_watchers_are_turned_away(cluster):
    with cluster.alone("solo", "--watchers-max", "3", "--changes-kept", "16") as node:
        sku, location = stocked(node, 100)
        for _ in range(40):
            last = ask(node, "Sell", lines=[line(sku, location, 1)]).position
        known(node, last)
        # Nobody has followed yet: the feed reads back what happened.
        assert http_ask(node, f"/v1/changes:poll?sku={sku}&after={last - 1}").status == 200
        floor = int(metric(node, "estoque_feed_floor_position"))
        assert floor == last - 16, (floor, last)
        for path in ("/v1/changes", "/v1/changes:poll"):
            gone = is_problem(http_ask(node, f"{path}?sku={sku}&after={floor - 1}"), 410,
                              "feed-compacted")
            assert gone["oldest"] == floor and gone["snapshot"] == "/v1/changes", gone
        with Stream(node, {"sku": sku, "mode": "log", "after": floor}) as stream:
            assert is_chained(stream.changes(16), floor) == last
            with Stream(node, {}), Stream(node, {"sku": sku}):
                for path in ("/v1/changes", "/v1/changes:poll"):
                    is_problem(http_ask(node, path), 503, "overloaded")
                assert http_ask(node, f"/v1/availability?sku={sku}").status == 200
        eventually(lambda: metric(node, "estoque_feed_watchers") == 0, 10, "all are forgotten")
        with Stream(node, {"sku": sku}) as stream:
            assert stream.changes(1)[0].data["available"] == 60
        assert metric(node, "estoque_feed_watchers_rejected_total") == 2
        assert metric(node, "estoque_feed_cursors_refused_total") == 2


@check
def the_poll_tells_the_same_as_the_stream(cluster):
    leader = cluster.leader()
    node = cluster.followers()[0]
    sku, location = stocked(leader, 50)
    start = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    known(node, start)
    sold = [ask(leader, "Sell", lines=[line(sku, location, 1)]).position for _ in range(20)]
    known(node, sold[-1])
    with Stream(node, {"sku": sku, "mode": "log", "after": start}) as stream:
        streamed = [(e.kind, e.data) for e in stream.changes(20)]
    polled, cursor = [], start
    while len(polled) < 20:
        answer = http_ask(node, f"/v1/changes:poll?sku={sku}&mode=log&after={cursor}")
        assert answer.status == 200
        polled += [(e["event"], e["data"]) for e in answer.json["events"]]
        cursor = answer.json["next"]
    assert polled == streamed
    # One that waits is answered by the change.
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(
        http_ask(node, f"/v1/changes:poll?sku={sku}&after={cursor}&wait=20s")))
    waiting.start()
    begun = time.monotonic()
    ask(leader, "Sell", lines=[line(sku, location, 1)])
    waiting.join()
    assert answers[0].json["events"][0]["data"]["available"] == 28, answers[0].json
    assert time.monotonic() - begun < 15


@check
def a_location_with_more_items_than_the_feed_keeps_is_told_whole(cluster):
    with cluster.alone("bulk") as node:
        place, skus = new_location(node), [f"bulk-{number}" for number in range(9_000)]
        for start in range(0, len(skus), 1_000):
            part = skus[start:start + 1_000]
            batch(node, [commands_pb2.Command(upsert_item=make(
                "UpsertItem", sku=sku, title="Thing", state=1, price=250, currency="EUR")) for sku in part])
            last = ask(node, "Receive", lines=[line(sku, place, 3) for sku in part]).position
        with Stream(node, {"sku": skus[7]}, timeout=30) as stream:
            assert stream.changes(1)[0].data["available"] == 3
            known(node, last)
            changed = ask(node, "UpsertLocation", location_id=place, name="Closed", kind=1, state=1,
                          sells_online=False).position
            told = stream.changes(1)[0]
            assert told.data["available"] == 0 and told.id == str(changed), told
        answer = http_ask(node, f"/v1/changes:poll?location={place}&after={last}")
        assert answer.status == 200, answer.body
        kinds = [event["event"] for event in answer.json["events"]]
        assert kinds[0] == "location" and answer.json["next"] == changed, kinds[:3]
        items = {event["data"]["sku"]: event["data"]["available"] for event in answer.json["events"][1:]}
        assert items == dict.fromkeys(skus, 0), len(items)


@check
def watchers_come_and_go(cluster):
    node = cluster.followers()[0]
    before = metric(node, "estoque_feed_watchers")
    streams = [Stream(node, {"sku": f"nothing-{i}"}) for i in range(50)]
    for stream in streams:
        assert stream.changes(1)[0].data["status"] == "UNKNOWN_ITEM"
    assert metric(node, "estoque_feed_watchers") == before + 50
    for stream in streams:
        stream.connection.close()
        stream.response.close()
    eventually(lambda: metric(node, "estoque_feed_watchers") == before, 10, "all are forgotten")
