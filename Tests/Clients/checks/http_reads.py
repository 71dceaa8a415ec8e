"""The reads over HTTP, by Python's http.client and by curl."""
import http.client
import json
import re
import shutil
import subprocess

from checks.asking import ask, line, new_location, new_name, stocked
from checks.runner import check


class Answer:
    """Status, headers by lower-case name, and body of one exchange."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


def http_ask(node, path, method="GET", body=None, headers=None, timeout=10):
    connection = http.client.HTTPConnection("127.0.0.1", node.http_port, timeout=timeout)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        received = response.read()
        return Answer(
            response.status, {k.lower(): v for k, v in response.getheaders()}, received)
    finally:
        connection.close()


def is_problem(answer, status, kind):
    """The answer is a problem+json of the given type."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    told = answer.json
    assert told["status"] == status and told["type"] == f"urn:estoque:problem:{kind}", told
    assert told["title"] and told["reason"] == kind.upper().replace("-", "_"), told
    if status == 503:
        assert int(answer.headers["retry-after"]) >= 1, answer.headers
    return told


def is_stamped(answer, node, role):
    """The headers that every read has."""
    headers = answer.headers
    assert headers["estoque-node"] == node.name, headers
    assert headers["estoque-role"] == role, headers
    assert int(headers["estoque-position"]) > 0, headers
    staleness = int(headers["estoque-staleness-ms"])
    assert int(headers["age"]) <= staleness / 1000, headers
    return staleness


def levels_of_consistency(position):
    return ["", "consistency=stale", "consistency=bounded&max_staleness=30s",
            "consistency=bounded&max_staleness=30000ms", "consistency=bounded&max_staleness=30000",
            f"consistency=session&min_position={position}", "consistency=linearizable"]


@check
def every_http_read_at_every_level_at_every_node(cluster):
    leader = cluster.leader()
    sku, location = stocked(leader, 7)
    unknown = new_name("no")
    position = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    reads = {
        f"/v1/availability?sku={sku}&sku={unknown}":
            lambda told: [(i["sku"], i["status"], i["available"]) for i in told["items"]]
            == [(sku, "IN_STOCK", 6), (unknown, "UNKNOWN_ITEM", 0)],
        f"/v1/availability?sku={sku}&location={location}":
            lambda told: told["location"] == location and told["items"][0]["available"] == 6,
        f"/v1/items/{sku}":
            lambda told: (told["sku"], told["title"], told["price"], told["state"])
            == (sku, "Thing", {"amount": 250, "currency": "EUR"}, "ACTIVE"),
        f"/v1/stock/{location}/{sku}":
            lambda told: (told["onHand"], told["reserved"], told["available"]) == (6, 0, 6),
    }
    for node in cluster.nodes:
        role = "leader" if node is leader else "follower"
        http_ask(node, f"/v1/items/{sku}?consistency=session&min_position={position}")
        for path, holds in reads.items():
            for consistency in levels_of_consistency(position):
                separator = "&" if "?" in path else "?"
                answer = http_ask(node, path + (separator + consistency if consistency else ""))
                assert answer.status == 200, (path, consistency, answer.status, answer.body)
                assert holds(answer.json), (path, consistency, answer.body)
                assert answer.headers["content-type"] == "application/json"
                assert is_stamped(answer, node, role) < 30_000
                assert int(answer.headers["estoque-position"]) >= position
                public = consistency in ("", "consistency=stale")
                assert answer.headers["cache-control"] == (
                    "public, max-age=1, stale-while-revalidate=5, stale-if-error=60"
                    if public else "private, no-store"), answer.headers


@check
def a_batch_get_takes_more_skus(cluster):
    node = cluster.nodes[0]
    sku, _ = stocked(node, 3)
    wanted = [sku] + [new_name("no") for _ in range(999)]
    for extra in ("", "?consistency=linearizable"):
        answer = http_ask(node, "/v1/availability:batchGet" + extra, "POST",
                          json.dumps({"skus": wanted}), {"Content-Type": "application/json"})
        assert answer.status == 200, answer.body
        assert [i["sku"] for i in answer.json["items"]] == wanted
        assert answer.headers["cache-control"] == "private, no-store" or not extra
    for body in (b"", b"{}", b"[]", b"{\"skus\": \"a\"}", b"{\"skus\": []}", b"{\"skus\": [1]}",
                 b"{\"skus\": [\"a b\"]}", b"\xff", b"{\"skus\": [\"a\"], \"more\": 1}",
                 json.dumps({"skus": ["s"] * 1001}).encode(), b"[" * 50_000):
        answer = http_ask(node, "/v1/availability:batchGet", "POST", body,
                          {"Content-Type": "application/json"})
        is_problem(answer, 400, "invalid-argument")
    answer = http_ask(node, "/v1/availability:batchGet", "POST", b"x", {"Content-Type": "text/xml"})
    is_problem(answer, 415, "unsupported-media-type")
    answer = http_ask(node, "/v1/availability:batchGet", "POST", b" " * 200_000)
    is_problem(answer, 413, "body-too-large")


@check
def equal_state_has_an_equal_tag_on_every_node(cluster):
    sku, location = stocked(cluster.nodes[0], 7)
    tags = set()
    for path in (f"/v1/items/{sku}", f"/v1/stock/{location}/{sku}", f"/v1/availability?sku={sku}"):
        fresh = path + ("&" if "?" in path else "?") + "consistency=linearizable"
        same = {http_ask(node, fresh).headers["etag"] for node in cluster.nodes}
        assert len(same) == 1, same
        tag = same.pop()
        tags.add(tag)
        for node in cluster.nodes:
            for sent in (tag, f'"other", {tag}', "W/" + tag, "*"):
                answer = http_ask(node, path, headers={"If-None-Match": sent})
                assert answer.status == 304 and answer.body == b"", (sent, answer.status)
                assert answer.headers["etag"] == tag and "estoque-position" in answer.headers
            assert http_ask(node, path, headers={"If-None-Match": '"other"'}).status == 200
    assert len(tags) == 3
    position = ask(cluster.nodes[1], "Sell", lines=[line(sku, location, 1)]).position
    changed = http_ask(
        cluster.nodes[2], f"/v1/stock/{location}/{sku}?consistency=session&min_position={position}")
    assert changed.status == 200 and changed.headers["etag"] not in tags


@check
def what_is_not_there_is_a_problem_with_a_stamp(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 1)
    nothing = new_name("no")
    for path, kind in ((f"/v1/items/{nothing}", "item-not-found"),
                       (f"/v1/stock/{location}/{nothing}", "item-not-found"),
                       (f"/v1/stock/{nothing}/{sku}", "location-not-found")):
        for extra in ("", "?consistency=linearizable"):
            answer = http_ask(node, path + extra)
            is_problem(answer, 404, kind)
            assert int(answer.headers["estoque-position"]) > 0
    empty = new_location(node)
    zeros = http_ask(node, f"/v1/stock/{empty}/{sku}?consistency=linearizable")
    assert zeros.status == 200 and zeros.json["onHand"] == 0, zeros.body


@check
def a_read_that_cannot_be_so_fresh_is_refused(cluster):
    node = cluster.followers()[0]
    sku, _ = stocked(node, 1)
    answer = http_ask(node, f"/v1/items/{sku}?consistency=bounded&max_staleness=0")
    assert is_problem(answer, 503, "stale")["stalenessMs"] > 0
    answer = http_ask(
        node, f"/v1/items/{sku}?consistency=session&min_position=18446744073709551615")
    assert is_problem(answer, 503, "session-ahead")["position"] > 0


@check
def curl_reads_all_of_it(cluster):
    curl = shutil.which("curl")
    if not curl:
        print("       (there is no curl here)", flush=True)
        return
    leader = cluster.leader()
    sku, location = stocked(leader, 7)
    position = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    paths = [f"/v1/availability?sku={sku}", f"/v1/items/{sku}", f"/v1/stock/{location}/{sku}"]
    for node in cluster.nodes:
        urls = []
        for path in paths:
            for consistency in levels_of_consistency(position)[1:]:
                urls.append(f"http://127.0.0.1:{node.http_port}{path}"
                            + ("&" if "?" in path else "?") + consistency)
        # One curl, one connection, all of them in a row.
        result = subprocess.run([curl, "-sS", "--fail", "--max-time", "20", "-i", *urls],
                                capture_output=True, timeout=30, text=True)
        assert result.returncode == 0, result
        assert result.stdout.count("HTTP/1.1 200 OK") == len(urls), result.stdout
        # A stale one may come from before the write, but none may lack its headers.
        for header in ("estoque-position", "estoque-staleness-ms", "estoque-node", "estoque-role",
                       "etag", "cache-control", "date", "content-length"):
            found = re.findall(rf"^{header}: \S", result.stdout, re.M | re.I)
            assert len(found) == len(urls), (header, len(found))
    head = subprocess.run([curl, "-sS", "-I", urls[0]], capture_output=True, timeout=30, text=True)
    assert "200 OK" in head.stdout and not head.stdout.strip().endswith("}"), head
    posted = subprocess.run(
        [curl, "-sS", "--json", json.dumps({"skus": [sku]}),
         f"http://127.0.0.1:{node.http_port}/v1/availability:batchGet?consistency=linearizable"],
        capture_output=True, timeout=30, text=True)
    assert json.loads(posted.stdout)["items"][0]["available"] == 6, posted
