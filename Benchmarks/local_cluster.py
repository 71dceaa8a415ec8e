"""Nodes on loopback for measurements: started, asked, stopped."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ESTOQUE = os.environ.get("ESTOQUE", str(ROOT / ".build/release/estoque"))


def free_ports(count):
    """Ports that nobody listens on, held until all are found so that no two are the same."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Nodes on loopback, by name."""

    def __init__(self, directory):
        self.directory = directory
        self.nodes = {}
        self.processes = {}
        self.last = 0
        founders = [self.new_node() for _ in range(3)]
        self.founding = ",".join(f"{name}={self.nodes[name]['peer']}" for name in founders)
        for name in founders:
            self.start(name)
        self.members = founders
        self.leader()
        self.cluster_id = self.status()["clusterID"]

    def new_node(self):
        self.last += 1
        name = f"n{self.last}"
        peer, rpc, http = (f"127.0.0.1:{port}" for port in free_ports(3))
        self.nodes[name] = {"peer": peer, "rpc": rpc, "http": http}
        return name

    def start(self, name, joining=False):
        node = self.nodes[name]
        words = [ESTOQUE, "node", "start", "--id", name, "--data", f"{self.directory}/{name}",
                 "--members", self.founding, "--peer-address", node["peer"],
                 "--rpc-address", node["rpc"], "--http-address", node["http"]]
        if joining:
            words += ["--join", "--cluster-id", self.cluster_id]
        log = open(f"{self.directory}/{name}.log", "ab")
        self.processes[name] = subprocess.Popen(words, stdout=log, stderr=log)

    def stop(self, name, kill=False):
        process = self.processes.pop(name)
        process.kill() if kill else process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()

    def rpc(self, names):
        return ",".join(self.nodes[name]["rpc"] for name in names)

    def cluster(self, *words, names=None):
        """Runs an admin's command; gives what it printed."""
        done = subprocess.run(
            [ESTOQUE, "cluster", *words, "--node", self.rpc(names or self.members),
             "--output", "json"],
            capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            sys.exit(f"estoque cluster {' '.join(words)}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def status(self, names=None):
        """What `estoque cluster status` says; empty when nobody answers."""
        done = subprocess.run(
            [ESTOQUE, "cluster", "status", "--node", self.rpc(names or self.members),
             "--output", "json"], capture_output=True, text=True, timeout=60)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {}

    def leader(self):
        return self.wait(lambda: self.status().get("leader"), "a leader")

    @staticmethod
    def wait(question, what, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            answer = question()
            if answer:
                return answer
            time.sleep(0.1)
        sys.exit(f"{what}: not within {seconds} s")

    def join(self):
        name = self.new_node()
        self.start(name, joining=True)
        self.wait(lambda: any("node" in one for one in self.status([name]).get("asked", [])),
                  f"{name} waits to be added")
        return name
