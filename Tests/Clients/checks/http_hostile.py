"""Strangers on the HTTP port: framing tricks, path tricks, the slow, the deaf, and crowds."""
import concurrent.futures
import os
import re
import resource
import socket
import time

from checks.hostile import others_unharmed, throw
from checks.http_reads import http_ask, is_problem
from checks.runner import check, eventually

HOST = b"Host: h\r\n"
POST = b"POST /v1/availability:batchGet HTTP/1.1\r\n" + HOST
GET = b"GET /livez HTTP/1.1\r\n" + HOST
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
# Would be answered, were it taken for a request of its own.
SMUGGLED = b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"


def statuses(received):
    return [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@check
def no_request_hides_in_another_ones_body(cluster):
    refused = [
        POST + b"Content-Length: 5\r\n" + CHUNKED + b"0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n",
        POST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
        POST + b"Content-Length: 0, 0\r\n\r\n", POST + b"Content-Length: +5\r\n\r\nhello",
        POST + b"Content-Length: -1\r\n\r\n", POST + b"Content-Length: 0x5\r\n\r\nhello",
        POST + b"Content-Length:\r\n\r\n", POST + b"Content-Length : 0\r\n\r\n",
        POST + b"Content-Length: 99999999999999999999\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: identity\r\n\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n" + CHUNKED + b"0\r\n\r\n",
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        POST + CHUNKED + b"zz\r\n", POST + CHUNKED + b"-1\r\n", POST + CHUNKED + b"1\r\nxy\r\n0\r\n\r\n",
        POST + CHUNKED + b"ffffffffffffffff0\r\n",
        POST + CHUNKED + b"0\r\n" + b"T: x\r\n" * 3000 + b"\r\n",
        b"POST /v1/availability:batchGet HTTP/1.0\r\n" + HOST + CHUNKED + b"0\r\n\r\n",
        GET + b"Content-Length: 5\r\n\r\nhello", GET + b"X: a\r\n b\r\n\r\n", GET + b"X: a\0b\r\n\r\n",
        GET + b": a\r\n\r\n", b"GET /livez HTTP/1.1\nHost: h\n\n", b"GET /livez HTTP/1.1\rHost: h\r\r",
        b"GET /livez HTTP/2.0\r\n" + HOST + b"\r\n", b"GET /livez\r\n\r\n",
        b"get /livez HTTP/1.1\r\n" + HOST + b"\r\n", b"GET\t/livez\tHTTP/1.1\r\n" + HOST + b"\r\n",
        b"A" * 5000 + b" /livez HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /v1/items/a b HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /v1/items/\xff HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET ftp://h/livez HTTP/1.1\r\n" + HOST + b"\r\n", GET + b"Host: g\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n\r\n",
    ]
    node = cluster.nodes[2]
    with others_unharmed(cluster):
        for asked in refused:
            received = throw(node.http_port, asked + SMUGGLED, patience=3)
            found = statuses(received)
            # One refusal, then the end: what follows in the same bytes is nobody's request.
            assert len(found) == 1 and found[0] in (400, 413, 431, 501), (asked[:90], received[:300])
            assert b"application/problem+json" in received, asked[:90]
            assert b"\r\nconnection: close\r\n" in received, asked[:90]


@check
def paths_are_taken_as_they_are(cluster):
    node = cluster.nodes[1]
    expected = {
        "/v1/items/%2e%2e": "item-not-found", "/v1/items/..": "item-not-found",
        "/v1/../v1/items/a": "not-found", "/v1/items/%2e%2e%2fa": "item-not-found",
        "//v1/items/a": "not-found", "/v1//items/a": "not-found", "/v1/items//a": "not-found",
        "/v1/items//locations": "not-found", "/v1/items/a%2Flocations": "item-not-found",
        "/%76%31/items/a": "not-found", "/v1/items/a;x=y": "item-not-found",
        "/v1\\items\\a": "not-found", "/v1/items/a/": "not-found", "/livez/": "not-found",
        "/livez%00": "not-found", "/LIVEZ": "not-found", "/docs/../metrics": "not-found",
        "/docs/%2e%2e/metrics": "not-found", "/docs/..%2fmetrics": "not-found", "*": "not-found",
        "http://evil.example/v1/items/a": "item-not-found", "http://evil.example": "not-found",
        "/v1/items/%00": "invalid-argument", "/v1/items/a%00": "invalid-argument",
        "/v1/items/a%0d%0aX:y": "invalid-argument", "/v1/items/%c0%af": "invalid-argument",
        "/v1/items/%ff": "invalid-argument", "/v1/items/%ed%a0%80": "invalid-argument",
        "/v1/items/%": "invalid-argument", "/v1/items/%2": "invalid-argument",
        "/v1/items/%C3%A9": "invalid-argument", "/v1/items?q=%ff": "invalid-argument",
        "/v1/items?q=%00": "invalid-argument", "/v1/items?%ff=a": "invalid-argument",
        "/v1/movements?document=%e2%80%ae": "invalid-argument",
    }
    for path, kind in expected.items():
        is_problem(http_ask(node, path), 404 if kind.endswith("not-found") else 400, kind)


@check
def bodies_that_are_no_json_are_refused(cluster):
    node = cluster.nodes[0]
    deep = b"{\"skus\":" + b"[" * 60_000 + b"]" * 60_000 + b"}"
    for body in (b"\xff\xfe", b"{\"skus\":[\"\xff\"]}", b"{\"skus\":[\"\\ud800\"]}", b"{\"skus\":[\"a\"]",
                 b"{\"skus\":[\"a\"]}}", b"{\"skus\":[\"a\",]}", b"{\"skus\":[\"a\0\"]}", b"{skus:[]}",
                 b"{\"skus\":[\"\\u0000\"]}", b"{\"skus\":[1e999]}", b"null", b"\"\"", b"[]", b"{}", deep,
                 b"{\"skus\":{\"0\":\"a\"}}", b"{\"skus\":[[\"a\"]]}", b"\xef\xbb\xbf" + b"\xef\xbb\xbf{}"):
        answer = http_ask(node, "/v1/availability:batchGet", "POST", body,
                          {"Content-Type": "application/json"})
        assert is_problem(answer, 400, "invalid-argument")["parameter"] == "skus", body[:40]
    assert http_ask(node, "/readyz").status == 200


def opened(port, sent=b""):
    one = socket.create_connection(("127.0.0.1", port), timeout=5)
    one.sendall(sent)
    return one


def ended(one):
    """What came before the end, or None while there is none."""
    received = b""
    one.setblocking(False)
    try:
        while more := one.recv(65536):
            received += more
    except BlockingIOError:
        return None
    except ConnectionResetError:
        pass
    return received


@check
def the_slow_and_the_deaf_are_cut_off(cluster):
    """A header, a body, or the taking of answers, each spread over as long as one likes."""
    node = cluster.nodes[2]
    many = b"GET /v1/availability?" + b"&".join(b"sku=" + b"x" * 50 for _ in range(100))
    with others_unharmed(cluster):
        begun = time.monotonic()
        headers = [opened(node.http_port, GET + b"X: ") for _ in range(150)]
        bodies = [opened(node.http_port, POST + b"Content-Length: 90000\r\n\r\n{") for _ in range(50)]
        silent = [opened(node.http_port) for _ in range(50)]
        deaf = opened(node.http_port)
        deaf.setblocking(False)
        ends = {}
        while time.monotonic() < begun + 45 and len(ends) < 251:
            for one in headers + bodies + silent:
                if one in ends:
                    continue
                try:
                    if one not in silent:
                        one.send(b"a")
                except OSError:
                    pass
                received = ended(one)
                if received is not None:
                    ends[one] = (time.monotonic() - begun, received)
            while deaf not in ends:
                try:
                    deaf.send((many + b" HTTP/1.1\r\n" + HOST + b"\r\n") * 4)
                except BlockingIOError:
                    break
                except OSError:
                    ends[deaf] = (time.monotonic() - begun, b"")
            time.sleep(0.3)
        for kind, ones, least, most in (("header", headers, 9, 15), ("silence", silent, 9, 15),
                                        ("body", bodies, 29, 40), ("deafness", [deaf], 25, 45)):
            missing = [one for one in ones if one not in ends]
            assert not missing, f"{len(missing)} of {len(ones)} still live: {kind}"
            times = [ends[one][0] for one in ones]
            assert least < min(times) and max(times) < most, (kind, min(times), max(times))
        # Who is late with a body is told so.
        assert {tuple(statuses(ends[one][1])) for one in bodies} == {(408,)}, "bodies"
        for one in headers + bodies + silent + [deaf]:
            one.close()


@check
def ten_thousand_connections_leave_the_node_unharmed(cluster):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(10_000, hard - 500)
    if count < 10_000:
        print(f"        only {count} connections: the system allows {hard} files", flush=True)
    node = cluster.nodes[2]
    others = [n for n in cluster.nodes if n is not node]
    crowd = []
    try:
        with others_unharmed(Others(others, cluster)):
            for number in range(count):
                # Who has asked something may stay longer than who hasn't.
                crowd.append(opened(node.http_port, SMUGGLED if number < 4_300 else b""))
            # Everybody is told at once; probes are let in as soon as no more strangers come.
            begun = time.monotonic()
            answer = http_ask(node, "/v1/items/none")
            is_problem(answer, 503, "too-many-connections")
            assert answer.headers["connection"] == "close", answer.headers
            assert time.monotonic() - begun < 5, time.monotonic() - begun
            eventually(lambda: http_ask(node, "/livez").body == b"ok\n", 10, "alive")
            eventually(lambda: http_ask(node, "/readyz").status == 200, 10, "ready")
            is_problem(http_ask(node, "/v1/items/none"), 503, "too-many-connections")
            # Of the silent ones too, unless the kernel hasn't even handed them over yet.
            told = [r for r in map(ended, crowd[4_300:]) if r]
            assert all(statuses(r) == [503] for r in told), told[:1]
            # Gone without a word from them, the places are free again, though nobody closed anything.
            eventually(lambda: http_ask(node, "/v1/items/none").status == 404, 60, "served again")
            eventually(lambda: len(os.listdir(f"/proc/{node.process.pid}/fd")) < 400, 60, "closed")
            refused = re.search(rb"\nestoque_http_connections_refused_total (\d+)\n",
                                http_ask(node, "/metrics").body)
            print(f"        {count} connections, {refused[1].decode()} of them turned away", flush=True)
    finally:
        for one in crowd:
            one.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Others:
    """The nodes that strangers leave alone, as a cluster."""

    def __init__(self, nodes, cluster):
        self.nodes = [nodes[0], nodes[1], nodes[0]]
        self.leader = cluster.leader


@check
def pipelines_are_answered_in_order(cluster):
    node = cluster.nodes[0]
    paths = ["/v1/items/none", "/livez", "/v1/items/none?consistency=linearizable", "/nothing",
             "/v1/availability?" + "&".join(f"sku=s{n}" for n in range(100)), "/v1/items?q=none"]
    codes = [404, 200, 404, 404, 200, 200]

    def pipeline(turn):
        asked = b"".join(
            f"GET {path} HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            for path in paths) * 40
        received = throw(node.http_port, asked, patience=15)
        assert statuses(received) == codes * 40, (turn, len(statuses(received)))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(pipeline, range(8)))
