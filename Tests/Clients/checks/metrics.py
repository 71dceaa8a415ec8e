"""The metrics, and what is built on them: the alert rules and the dashboard."""
import json
import os
import pathlib
import re
import shutil
import subprocess

from checks.asking import ask, level, line, new_id, refused, reserve, stocked
from checks.feed import Stream, known
from checks.http_reads import http_ask
from checks.runner import check, eventually
import grpc

MONITORING = pathlib.Path(__file__).resolve().parents[3] / "cluster" / "monitoring"
NAME = re.compile(r"\bestoque_[a-z0-9_]+\b")


def exposition(node):
    answer = http_ask(node, "/metrics")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return answer.body.decode()


def samples(text):
    """Values by name with labels, as they are printed."""
    values = {}
    for entry in text.splitlines():
        if not entry.startswith("#"):
            name, _, value = entry.rpartition(" ")
            assert name not in values, f"{name} comes twice"
            values[name] = float(value.replace("+Inf", "inf"))
    return values


def promtool():
    """The program, if it is installed; PROMTOOL names another."""
    return os.environ.get("PROMTOOL") or shutil.which("promtool")


def exercised(cluster):
    """A node whose every kind of metric has something to tell."""
    leader = cluster.leader()
    sku, location = stocked(leader, 10)
    hold = reserve(leader, sku, location, 2)
    ask(leader, "Confirm", reservation_id=hold.reservation_id)
    refused(leader, "Sell", "INSUFFICIENT_STOCK", grpc.StatusCode.FAILED_PRECONDITION,
            lines=[line(sku, location, 1000)])
    position = ask(leader, "Sell", lines=[line(sku, location, 1)]).position
    known(leader, position)
    with Stream(leader, {"sku": sku}) as stream:
        stream.changes(1)
        http_ask(leader, f"/v1/items/{sku}")
    return leader


@check
def metrics_named_in_rules_and_dashboard_exist(cluster):
    text = exposition(exercised(cluster))
    known_names = {name.partition("{")[0] for name in samples(text)}
    dashboard = json.loads((MONITORING / "dashboard.json").read_text())
    expressions = [t["expr"] for panel in dashboard["panels"] for t in panel.get("targets", [])]
    rules = (MONITORING / "alerts.yml").read_text()
    expressions += [entry for entry in re.findall(r"(?<=expr: )(?:\|\n(?: {10,}.*\n)+|.*)", rules)]
    assert len(expressions) > 50, len(expressions)
    named = {name for expression in expressions for name in NAME.findall(expression)}
    missing = sorted(named - known_names)
    assert not missing, missing
    # And each rule is tried: by a name of its own among those that must fire.
    tried = (MONITORING / "alerts_test.yml").read_text()
    for alert in re.findall(r"- alert: (\w+)", rules):
        assert f"name: {alert} fires" in tried and f"alertname: {alert}, eval_time" in tried, alert


@check
def metrics_have_help_a_type_and_base_units(cluster):
    text = exposition(exercised(cluster))
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    helps = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.M))
    for name in samples(text):
        family = name.partition("{")[0]
        base = re.sub(r"_(bucket|sum|count)$", "", family)
        kind = types.get(family) or types[base]
        assert helps.get(family) or helps[base], family
        assert (kind == "counter") == family.endswith("_total"), (family, kind)
        assert not re.search(r"_(ms|milliseconds|kb|mib|percent)(_|$)", family), family
    if promtool():
        done = subprocess.run([promtool(), "check", "metrics"], input=text, text=True,
                              capture_output=True, timeout=30)
        assert done.returncode == 0 and not done.stderr and not done.stdout, done
    else:
        print("        promtool is not installed: its own checks are left out", flush=True)


@check
def metrics_alert_rules_pass_their_tests(cluster):
    if not promtool():
        print("        promtool is not installed: the rules are not tried", flush=True)
        return
    done = subprocess.run([promtool(), "test", "rules", "alerts_test.yml"], cwd=MONITORING,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@check
def metrics_count_what_was_applied_alike_on_every_node(cluster):
    leader = cluster.leader()
    tallies = ("estoque_reservations_", "estoque_commands_")

    def counted(node):
        return {k: v for k, v in samples(exposition(node)).items() if k.startswith(tallies)}

    sku, location = stocked(leader, 10)
    for node in cluster.nodes:
        # Whoever lags behind would count what came before.
        level(node, sku, location)
    before = {node.name: counted(node) for node in cluster.nodes}
    holds = [reserve(leader, sku, location, 2) for _ in range(3)]
    ask(leader, "Confirm", reservation_id=holds[0].reservation_id)
    ask(leader, "Release", reservation_id=holds[1].reservation_id)
    refused(leader, "Reserve", "INSUFFICIENT_STOCK", grpc.StatusCode.FAILED_PRECONDITION,
            reservation_id=new_id(), owner={"kind": 1, "reference": "c"}, ttl_ms=60_000,
            lines=[line(sku, location, 100)])
    reserve(leader, sku, location, 1, ttl_ms=1)

    def tick():
        return ask(leader, "Receive", lines=[line(sku, location, 1)])
    expected = {
        'estoque_reservations_total{state="held"}': 4,
        'estoque_reservations_total{state="confirmed"}': 1,
        'estoque_reservations_total{state="released"}': 1,
        'estoque_reservations_total{state="expired"}': 1,
        'estoque_reservations_refused_total{reason="insufficient_stock"}': 1,
        'estoque_commands_refused_total{reason="insufficient_stock"}': 1,
        'estoque_commands_total{kind="reserve"}': 4,
    }

    def told(node):
        now = counted(node)
        more = {k: now[k] - before[node.name][k] for k in expected}
        # Holds of other checks may end meanwhile.
        ended = more.pop('estoque_reservations_total{state="expired"}')
        return ended >= 1 and all(more[k] == expected[k] for k in more)
    for node in cluster.nodes:
        eventually(lambda: told(node) or (tick() and False), 10, f"{node.name} counts the same")
