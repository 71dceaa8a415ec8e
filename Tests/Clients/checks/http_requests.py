"""HTTP itself: methods, wrong parameters, probes, metrics, and connections kept open."""
import http.client
import json
import re

from checks.asking import line, make, new_name, stocked
from checks.http_reads import http_ask, is_problem
from checks.runner import check


@check
def wrong_parameters_are_named(cluster):
    node = cluster.nodes[0]
    for path, parameter in (
            ("/v1/availability", "sku"),
            ("/v1/availability?sku=", "sku"),
            ("/v1/availability?sku=a%20b", "sku"),
            ("/v1/availability?sku=" + "x" * 65, "sku"),
            ("/v1/availability?sku=%zz", "sku"),
            ("/v1/availability?sku=%ff", "sku"),
            ("/v1/availability?" + "&".join(["sku=a"] * 101), "sku"),
            ("/v1/availability?sku=a&location=a%0d%0ab", "location"),
            ("/v1/availability?sku=a&location=a&location=b", "location"),
            ("/v1/availability?sku=a&consistency=strong", "consistency"),
            ("/v1/availability?sku=a&consistency=stale&consistency=stale", "consistency"),
            ("/v1/availability?sku=a&consistency=bounded", "max_staleness"),
            ("/v1/availability?sku=a&consistency=bounded&max_staleness=-1", "max_staleness"),
            ("/v1/availability?sku=a&consistency=bounded&max_staleness=25h", "max_staleness"),
            ("/v1/availability?sku=a&consistency=bounded&max_staleness=86401s", "max_staleness"),
            ("/v1/availability?sku=a&consistency=bounded&max_staleness=99999999999999999999",
             "max_staleness"),
            ("/v1/availability?sku=a&max_staleness=1s", "max_staleness"),
            ("/v1/availability?sku=a&consistency=session", "min_position"),
            ("/v1/availability?sku=a&consistency=session&min_position=-1", "min_position"),
            ("/v1/availability?sku=a&consistency=session&min_position=18446744073709551616",
             "min_position"),
            ("/v1/availability?sku=a&consistency=session&min_position=", "min_position"),
            ("/v1/availability?sku=a&max_stalness=1s", "max_stalness"),
            ("/v1/items/a%20b", "sku"),
            ("/v1/items/a?location=b", "location"),
            ("/v1/items/a?sku=b", "sku"),
            ("/v1/stock/a%20b/c", "location"),
            ("/v1/stock/a/b%00", "sku")):
        told = is_problem(http_ask(node, path), 400, "invalid-argument")
        assert told["parameter"] == parameter, (path, told)


@check
def skus_of_all_printable_characters_travel_in_urls(cluster):
    node = cluster.nodes[2]
    sku = new_name("s") + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
    node.ledger.UpsertItem(make("UpsertItem", sku=sku, title='say "é\\"', state=1), timeout=5)
    encoded = "".join(f"%{byte:02X}" for byte in sku.encode())
    fresh = "consistency=linearizable"
    told = http_ask(node, f"/v1/items/{encoded}?{fresh}").json
    assert (told["sku"], told["title"], told["price"]) == (sku, 'say "é\\"', None), told
    told = http_ask(node, f"/v1/availability?sku={encoded}&{fresh}").json
    assert told["items"][0]["sku"] == sku and told["items"][0]["status"] == "OUT_OF_STOCK", told


@check
def methods_and_paths_that_are_not_there(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 1)
    for path in ("/v1/availability?sku=a", f"/v1/items/{sku}", f"/v1/stock/{location}/{sku}",
                 "/livez", "/readyz", "/readyz/write", "/metrics"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = http_ask(node, path, method)
            is_problem(answer, 405, "method-not-allowed")
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS", answer.headers
        assert http_ask(node, path, "OPTIONS").status == 204
        got, head = http_ask(node, path), http_ask(node, path, "HEAD")
        assert head.body == b"" and head.status == got.status == 200, (path, head.status)
        if path != "/metrics":
            assert abs(int(head.headers["content-length"]) - len(got.body)) < 8, path
    answer = http_ask(node, "/v1/availability:batchGet")
    is_problem(answer, 405, "method-not-allowed")
    for path in ("/v1", "/v1/", "/v1/items/", "/v1/items/a/b/c", "/v1/stock/a", "/v2/items/a",
                 "/v1//items/a", "/etc/passwd", "/../../etc/passwd", "/livez/"):
        is_problem(http_ask(node, path), 404, "not-found")


@check
def probes_tell_the_truth(cluster):
    for node in cluster.nodes:
        assert http_ask(node, "/livez").body == b"ok\n"
        for path in ("/readyz", "/readyz/write"):
            assert http_ask(node, path).body.startswith(b"ok\n")
            told = http_ask(node, path, headers={"Accept": "application/json"}).json
            assert told["node"] == node.name and told["ready"] is True, told
            assert told["leader"] == cluster.leader().name, told
            assert told["applied"] <= told["commit"], told


@check
def metrics_are_in_prometheus_form(cluster):
    sample = re.compile(r"[a-z_][a-z0-9_]*(\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\})? "
                        r"(-?\d+(\.\d+)?([eE][+-]?\d+)?|\+Inf|-Inf|NaN)")
    for node in cluster.nodes:
        http_ask(node, "/v1/availability?sku=a")
        answer = http_ask(node, "/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        text = answer.body.decode()
        typed = set(re.findall(r"^# TYPE (\S+) ", text, re.M))
        for row in text.splitlines():
            if row.startswith("#"):
                assert row.split()[1] in ("HELP", "TYPE"), row
                continue
            assert sample.fullmatch(row), row
            name = re.split(r"[{ ]", row)[0]
            assert name.startswith("estoque_"), row
            assert name in typed or re.sub("_(bucket|sum|count)$", "", name) in typed, row
        assert re.search(r'estoque_http_requests_total\{.*availability.*\} [1-9]', text), text


@check
def a_connection_serves_many_requests(cluster):
    node = cluster.nodes[0]
    sku, _ = stocked(node, 3)
    connection = http.client.HTTPConnection("127.0.0.1", node.http_port, timeout=10)
    paths = [f"/v1/items/{sku}?consistency=linearizable", "/livez", "/v1/items/none",
             f"/v1/availability?sku={sku}", "/nothing", "/v1/items/a%20b", "/readyz"]
    used = set()
    for path in paths * 10:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        used.add(connection.sock.getsockname())
    connection.close()
    assert len(used) == 1, "one connection for all of them"


@check
def a_write_by_grpc_is_seen_by_http_elsewhere(cluster):
    sku, location = stocked(cluster.nodes[0], 100)
    for turn in range(20):
        request = make("Sell", lines=[line(sku, location, 1)])
        cluster.nodes[turn % 3].ledger.Sell(request, timeout=10)
        reader = cluster.nodes[(turn + 1) % 3]
        told = http_ask(reader, f"/v1/stock/{location}/{sku}?consistency=linearizable")
        assert json.loads(told.body)["onHand"] == 99 - turn, told.body
