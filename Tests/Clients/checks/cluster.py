"""Three nodes as processes of their own, on free loopback ports."""
import contextlib
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time

import grpc

from estoque.v1 import (books_pb2_grpc, cluster_pb2, cluster_pb2_grpc, ledger_pb2_grpc, reads_pb2,
                        reads_pb2_grpc, stores_pb2_grpc)

CHANNEL_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


# How many files a node may open: by that it decides how many connections it serves.
FILES = min(9_216, resource.getrlimit(resource.RLIMIT_NOFILE)[1])


# A shell sets the limit and becomes the node: code of ours between fork and exec would run beside gRPC's threads,
# whose fork handlers end the child now and then.
LIMITED = ["/bin/sh", "-c", f'ulimit -n {FILES} && exec "$0" "$@"']


def reserve_ports(count):
    """Ports that nobody else gets while the sockets live, though a server can listen on them.

    The sockets stay bound and never listen; both sides allow the reuse of the address.
    """
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
    return sockets


class Node:
    """One process, and a channel to it."""

    def __init__(self, name, directory, ports):
        self.name = name
        self.directory = pathlib.Path(directory)
        self.peer_port, self.rpc_port, self.http_port = ports
        self.process = None
        self.channel = None

    @property
    def log(self):
        return (self.directory / f"{self.name}.log").read_text(errors="replace")

    def start(self, binary, members, joining=None, settings=()):
        """Runs it; with the id of a cluster, as a node that waits to be added to that one."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ESTOQUE_")}
        environment["SWIFT_BACKTRACE"] = "enable=no"
        with open(self.directory / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [*LIMITED, binary, "node", "start", "--id", self.name,
                 "--data", str(self.directory / self.name),
                 "--peer-address", f"127.0.0.1:{self.peer_port}",
                 "--rpc-address", f"127.0.0.1:{self.rpc_port}",
                 "--http-address", f"127.0.0.1:{self.http_port}", "--members", members,
                 "--log-level", "info", *settings,
                 *(["--join", "--cluster-id", joining] if joining else [])],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
        (self.directory / f"{self.name}.pid").write_text(str(self.process.pid))
        self.channel = self.connect()
        self.ledger = ledger_pb2_grpc.LedgerServiceStub(self.channel)
        self.stores = stores_pb2_grpc.StoreServiceStub(self.channel)
        self.books = books_pb2_grpc.BookServiceStub(self.channel)
        self.stock = reads_pb2_grpc.StockServiceStub(self.channel)
        self.cluster = cluster_pb2_grpc.ClusterServiceStub(self.channel)

    def connect(self):
        """Another connection to the gRPC port."""
        options = CHANNEL_OPTIONS + [("grpc.use_local_subchannel_pool", 1)]
        return grpc.insecure_channel(f"127.0.0.1:{self.rpc_port}", options=options)

    def status(self, timeout=5, of_leader=False):
        request = cluster_pb2.GetStatusRequest(of_leader=of_leader)
        return self.cluster.GetStatus(request, timeout=timeout)

    def digest(self, position=None):
        request = cluster_pb2.GetDigestRequest()
        if position is not None:
            request.position = position
        return self.cluster.GetDigest(request, timeout=10)

    def stop(self):
        """SIGSTOP; returns when the kernel has really stopped it."""
        self.process.send_signal(signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        while stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "T":
            time.sleep(0.001)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)


class Cluster:
    """The nodes n1, n2 and n3."""

    def __init__(self, binary, directory):
        self.binary = binary
        self.reserved = reserve_ports(9)
        ports = [one.getsockname()[1] for one in self.reserved]
        self.nodes = [Node(f"n{i + 1}", directory, ports[3 * i:3 * i + 3]) for i in range(3)]

    @property
    def members(self):
        return ",".join(f"{n.name}=127.0.0.1:{n.peer_port}" for n in self.nodes)

    def start(self):
        for node in self.nodes:
            node.start(self.binary, self.members)
        for node in self.nodes:
            self.wait_ready(node, 30)

    @contextlib.contextmanager
    def joiner(self, name):
        """A further node that waits to be added; it ends with the block."""
        reserved = reserve_ports(3)
        node = Node(name, self.nodes[0].directory, [one.getsockname()[1] for one in reserved])
        node.start(self.binary, self.members, joining=self.leader().status().cluster_id)
        try:
            yield node
        finally:
            node.channel.close()
            node.process.kill()
            node.process.wait()
            (node.directory / f"{name}.pid").unlink()
            for one in reserved:
                one.close()

    @contextlib.contextmanager
    def alone(self, name, *settings):
        """A node that is a cluster of its own, with settings of its own; it ends with the block."""
        reserved = reserve_ports(3)
        node = Node(name, self.nodes[0].directory, [one.getsockname()[1] for one in reserved])
        node.start(self.binary, f"{name}=127.0.0.1:{node.peer_port}", settings=settings)
        try:
            self.wait_ready(node, 30)
            yield node
        finally:
            node.channel.close()
            node.process.kill()
            node.process.wait()
            (node.directory / f"{name}.pid").unlink()
            for one in reserved:
                one.close()

    def wait_ready(self, node, seconds):
        deadline = time.monotonic() + seconds
        while True:
            assert node.process.poll() is None, f"{node.name} ended:\n{node.log}"
            try:
                status = node.status(timeout=1)
                if status.ready and status.HasField("leader_id"):
                    return
            except grpc.RpcError:
                pass
            assert time.monotonic() < deadline, f"{node.name} not ready:\n{node.log}"
            time.sleep(0.05)

    def leader(self):
        """The node that leads, once all those that answer agree on it."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            statuses = [node.status() for node in self.nodes]
            leaders = {s.leader_id for s in statuses}
            if len(leaders) == 1 and len({s.term for s in statuses}) == 1:
                for node, status in zip(self.nodes, statuses):
                    if status.role == reads_pb2.NODE_ROLE_LEADER and status.node_id in leaders:
                        return node
            time.sleep(0.05)
        raise AssertionError(f"no agreed leader: {statuses}")

    def followers(self):
        leader = self.leader()
        return [node for node in self.nodes if node is not leader]

    def assert_healthy(self):
        """Every node runs, or has ended because it was told to."""
        for node in self.nodes:
            assert node.process.poll() in (None, 0), f"{node.name} ended:\n{node.log[-4000:]}"

    def resume_all(self):
        for node in self.nodes:
            if node.process.poll() is None:
                node.resume()

    def end(self):
        """SIGTERM to all; returns the exit codes."""
        self.resume_all()
        for node in self.nodes:
            node.channel.close()
            node.process.terminate()
        codes = []
        for node in self.nodes:
            try:
                codes.append(node.process.wait(timeout=15))
            except subprocess.TimeoutExpired:
                node.process.kill()
                codes.append(node.process.wait())
        return codes
