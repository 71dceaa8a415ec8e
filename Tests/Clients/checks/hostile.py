"""Strangers on each of the ports: whatever they send, the others are served."""
import contextlib
import os
import random
import socket
import struct
import threading
import time

from checks.asking import ask, level, line, stocked
from checks.http_reads import http_ask
from checks.runner import check

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST, SETTINGS, PING, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 8, 9
END_STREAM, END_HEADERS = 1, 4
GARBAGE = [
    b"\0" * 5000, b"\xff" * 5000, b"\r\n" * 3000, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), b"SSH-2.0-OpenSSH_9.2\r\n",
    b"\x00\x00\x00\x01", b"{\"json\": true}\n", PREFACE, PREFACE + b"\xff" * 2000,
]


@contextlib.contextmanager
def others_unharmed(cluster):
    """Meanwhile, ordinary clients of every node are answered, over gRPC and HTTP; so are they after."""
    nodes = cluster.nodes
    sku, location = stocked(nodes[0], 1_000_000)
    ended, failures, sold = threading.Event(), [], [0]

    def sell_and_read():
        turn = 0
        while not ended.is_set():
            node = nodes[turn % 3]
            turn += 1
            try:
                ask(node, "Sell", lines=[line(sku, location, 1)])
                sold[0] += 1
                answer = http_ask(node, f"/v1/items/{sku}")
                assert answer.status == 200, answer.status
            except Exception as error:  # told below, in the check's own thread
                failures.append((node.name, error))
                return
            ended.wait(0.02)

    thread = threading.Thread(target=sell_and_read)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    assert not failures, failures
    for node in nodes:
        ask(node, "Sell", lines=[line(sku, location, 1)])
        sold[0] += 1
        assert http_ask(node, "/readyz").status == 200
    assert level(nodes[0], sku, location).on_hand == 1_000_000 - sold[0]


def throw(port, *parts, reads=True, patience=1.0):
    """Sends bytes as they are, gives up when cut off, and returns what came back."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
        raw.settimeout(patience)
        try:
            for part in parts:
                raw.sendall(part)
            raw.shutdown(socket.SHUT_WR)
            while reads and (more := raw.recv(65536)):
                received += more
        except OSError:
            pass  # cut off, or no answer at all: either will do
    return received


def all_ports(cluster):
    return [port for n in cluster.nodes for port in (n.rpc_port, n.http_port, n.peer_port)]


@check
def garbage_on_every_port_harms_nobody(cluster):
    dice = random.Random(1)
    with others_unharmed(cluster):
        for port in all_ports(cluster):
            for garbage in GARBAGE:
                throw(port, garbage, patience=0.2)
            for _ in range(5):
                throw(port, dice.randbytes(dice.randrange(1, 40_000)), patience=0.1)


@check
def connections_that_come_and_go_harm_nobody(cluster):
    with others_unharmed(cluster):
        for port in all_ports(cluster):
            silent = [socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(60)]
            for one in silent[::2]:
                # Closed with a reset instead of an end.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            for one in silent:
                one.close()


# --- the peers' port


def crc32c(data, crc=0):
    crc ^= 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def peer_frame(kind, payload, version=1, flags=0, group=0, length=None, checksum=None):
    head = struct.pack("<IBBHI", len(payload) if length is None else length, version, kind, flags,
                       group)
    checksum = crc32c(head + payload) if checksum is None else checksum
    return head + struct.pack("<I", checksum) + payload


def hello(low=1, high=1, group=0, cluster=bytes(16), node=b"n2", expected=b"n1"):
    return (b"ESTQ" + struct.pack("<HHIQ", low, high, group, 7) + cluster
            + bytes([len(node)]) + node + bytes([len(expected)]) + expected)


@check
def hostile_peers_are_turned_away(cluster):
    node = cluster.nodes[0]
    frames = [
        peer_frame(0xF0, b""), peer_frame(0xF0, b"no hello at all"), peer_frame(0xF0, hello()[:20]),
        peer_frame(0xF0, hello()), peer_frame(0xF0, hello(low=9, high=9)),
        peer_frame(0xF0, hello(group=3)), peer_frame(0xF0, hello(node=b"n1")),
        peer_frame(0xF0, hello(node=b"\xff\xfe")), peer_frame(0xF0, hello(node=b"")),
        peer_frame(0xF0, hello() + b"and more"), peer_frame(0xF1, hello()), peer_frame(0x01, b"x"),
        peer_frame(0xF0, hello(), version=2), peer_frame(0xF0, hello(), flags=1),
        peer_frame(0xF0, hello(), group=1), peer_frame(0xF0, hello(), checksum=1),
        peer_frame(0xF0, hello(), length=2**32 - 1), peer_frame(0xF0, hello(), length=513),
        peer_frame(0xF0, hello())[:17], peer_frame(0xF0, hello()) * 3,
    ]
    with others_unharmed(cluster):
        for frame in frames:
            throw(node.peer_port, frame, patience=0.3)
        # One byte at a time, and one that never goes on.
        throw(node.peer_port, *[bytes([b]) for b in frames[3]], patience=0.3)
        waiting = [socket.create_connection(("127.0.0.1", node.peer_port)) for _ in range(50)]
        for one in waiting:
            one.sendall(frames[3][:10])
        refusal = throw(node.peer_port, peer_frame(0xF0, hello()))
        assert refusal[5] == 0xF2, refusal
        for one in waiting:
            one.close()
    members = {m.node_id: m.connection for m in node.status().members}
    assert members["n2"] == members["n3"] == "connected", members


# --- the gRPC port


def frame(kind, flags, stream, payload=b"", length=None):
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A header for HPACK, neither indexed nor compressed."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def request_headers(path=b"/estoque.v1.LedgerService/Sell", method=b"POST", more=b""):
    return (literal(b":method", method) + literal(b":scheme", b"http") + literal(b":path", path)
            + literal(b":authority", b"h") + literal(b"te", b"trailers")
            + literal(b"content-type", b"application/grpc") + more)


def opened(stream=1, path=b"/estoque.v1.LedgerService/Sell", **more):
    return frame(HEADERS, END_HEADERS, stream, request_headers(path, **more))


def message(payload, length=None, compressed=0):
    return bytes([compressed]) + struct.pack(
        ">I", len(payload) if length is None else length) + payload


@check
def hostile_frames_on_the_grpc_port_harm_nobody(cluster):
    session = b"/estoque.v1.LedgerService/Session"
    cases = [
        [frame(SETTINGS, 0, 0, b"\0\1")], [frame(SETTINGS, 0, 0, length=2**24 - 1)],
        [frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 2**32 - 1))],
        [frame(HEADERS, 0, 1, request_headers())],  # never continued
        [frame(HEADERS, END_HEADERS, 1, b"\xff" * 100)],
        [frame(HEADERS, END_HEADERS, 2, request_headers())],
        [frame(HEADERS, END_HEADERS, 0, request_headers())],
        [frame(DATA, 0, 1, b"x")], [frame(CONTINUATION, END_HEADERS, 1, b"x")],
        [frame(WINDOW, 0, 0, struct.pack(">I", 0))],
        [frame(WINDOW, 0, 0, struct.pack(">I", 2**31 - 1))] * 2,
        [opened(), frame(DATA, END_STREAM, 1, message(b"abc", length=100))],
        [opened(), frame(DATA, END_STREAM, 1, message(b"", length=2**32 - 1))],
        [opened(), frame(DATA, END_STREAM, 1, message(b"abc", compressed=1))],
        [opened(), frame(DATA, END_STREAM, 1, message(b"abc", compressed=7))],
        [opened(), frame(DATA, END_STREAM, 1, b"\0\0")], [opened(), frame(DATA, END_STREAM, 1)],
        [opened(), frame(DATA, END_STREAM, 1, message(b"") * 3)],
        [opened(), frame(DATA, 0, 1, message(b"", length=4 << 20))],  # and nothing more
        [opened(path=session), frame(DATA, 0, 1, message(b"", length=4 << 20))],
        [opened(path=session), frame(DATA, 0, 1, message(b"\x0a\x7f"))],
        [opened(method=b"GET")], [opened(path=b"")], [opened(path=b"/")], [opened(path=b"\xff\0")],
        [opened(more=literal(b"grpc-timeout", b"x"))],
        [opened(more=literal(b"grpc-timeout", b"99999999999H"))],
        [opened(more=literal(b"x-bin", b"!not base64!"))],
        [opened(more=literal(b"content-length", b"-1"))],
        [opened(more=literal(b":path", b"/twice"))], [opened(more=literal(b"Upper", b"case"))],
        [opened(more=literal(b"line", b"a\r\nb"))],
        [opened(), frame(RST, 0, 1, struct.pack(">I", 8)), frame(DATA, 0, 1, b"late")],
        [opened(5), opened(3)], [frame(77, 255, 9, b"unknown kinds are to be ignored")],
    ]
    with others_unharmed(cluster):
        for node in cluster.nodes:
            for case in cases:
                throw(node.rpc_port, PREFACE + frame(SETTINGS, 0, 0), *case, patience=0.05)
            # The same cut short anywhere.
            whole = PREFACE + frame(SETTINGS, 0, 0) + opened() + frame(
                DATA, END_STREAM, 1, message(b"\x0a\x01a\x12\x01b"))
            for end in range(1, len(whole), 7):
                throw(node.rpc_port, whole[:end], patience=0.02)


@check
def floods_on_the_grpc_port_harm_nobody(cluster):
    settings = PREFACE + frame(SETTINGS, 0, 0)
    resets = b"".join(opened(1 + 2 * n) + frame(RST, 0, 1 + 2 * n, struct.pack(">I", 8))
                      for n in range(6_000))
    streams = b"".join(opened(1 + 2 * n, b"/estoque.v1.LedgerService/Session")
                       for n in range(3_000))
    floods = {
        "pings": frame(PING, 0, 0, bytes(8)) * 20_000,
        "settings": frame(SETTINGS, 0, 0) * 20_000,
        "rapid resets": resets,
        "streams": streams,
        "empty data": opened() + frame(DATA, 0, 1) * 20_000,
        "continuations": frame(HEADERS, 0, 1, request_headers())
        + frame(CONTINUATION, 0, 1, literal(b"x", b"y" * 100)) * 5_000,
    }
    with others_unharmed(cluster):
        for flood in floods.values():
            throw(cluster.leader().rpc_port, settings, flood, patience=0.5)
            throw(cluster.nodes[1].rpc_port, settings, flood, reads=False, patience=0.5)


# --- the HTTP port


@check
def hostile_http_harms_nobody(cluster):
    host = b"Host: h\r\n"
    node = cluster.nodes[2]
    answered = {
        b"GET /livez HTTP/1.1\r\n" + host + b"X: " + b"x" * 40_000 + b"\r\n\r\n": b"431",
        b"GET /" + b"x" * 17_000 + b" HTTP/1.1\r\n" + host + b"\r\n": b"414",
        b"GET /livez HTTP/1.1\r\n" + host + b"Content-Length: 5\r\n\r\nhello": b"400",
        b"NOT HTTP\r\n\r\n": b"400",
        b"POST /v1/availability:batchGet HTTP/1.1\r\n" + host
        + b"Content-Length: 999999999999\r\n\r\n": b"413",
        b"POST /v1/availability:batchGet HTTP/1.1\r\n" + host
        + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n": b"400",
    }
    others = [
        b"GET /livez HTTP/1.1\r\n" + host, b"GET", b"GET /livez HTTP/9.9\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"GET /livez HTTP/1.1\r\n" + host + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"
        + b"\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        b"CONNECT h:1 HTTP/1.1\r\n" + host + b"\r\n", PREFACE,
        b"POST /v1/availability:batchGet HTTP/1.1\r\n" + host
        + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 50_000,
        b"GET /v1/items/" + b"%41" * 5000 + b" HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /livez HTTP/1.1\r\n" + host + b"Upgrade: h2c, websocket\r\nConnection: upgrade\r\n\r\n",
    ]
    with others_unharmed(cluster):
        for asked, status in answered.items():
            received = throw(node.http_port, asked)
            assert received.startswith(b"HTTP/1.1 " + status), (asked[:60], received[:200])
        for asked in others:
            throw(node.http_port, asked, patience=0.2)
        pipelined = throw(node.http_port, (b"GET /v1/items/none HTTP/1.1\r\n" + host + b"\r\n") * 500,
                          patience=5)
        assert pipelined.count(b"HTTP/1.1 404") == 500, pipelined.count(b"HTTP/1.1 404")
        # Asks, and never reads the answers.
        with socket.create_connection(("127.0.0.1", node.http_port)) as deaf:
            deaf.setblocking(False)
            ends = time.monotonic() + 1
            while time.monotonic() < ends:
                try:
                    deaf.send((b"GET /metrics HTTP/1.1\r\n" + host + b"\r\n") * 100)
                except BlockingIOError:
                    time.sleep(0.01)
                except OSError:
                    break


@check
def no_descriptor_is_left_open(cluster):
    """After all of that the nodes have about as many files and sockets open as at the start."""
    for node in cluster.nodes:
        count = len(os.listdir(f"/proc/{node.process.pid}/fd"))
        assert count < 400, (node.name, count)
