"""The API's description: valid, the same everywhere, and true, as far as thousands of requests can tell."""
import json
import pathlib
import subprocess
import sys

import openapi_spec_validator

from checks.asking import ask, line, new_name
from checks.http_reads import http_ask
from checks.runner import check
from checks.stores import tell
from estoque.v1 import commands_pb2, types_pb2

RUN = pathlib.Path(__file__).parent.parent
SECONDS = 60
#: What waits for a change has checks of its own, in feed.py.
WAITING = ("/v1/changes", "/v1/changes:poll")


@check
def the_description_is_valid_and_the_same_on_every_node(cluster):
    answers = [http_ask(node, "/openapi.json") for node in cluster.nodes]
    for answer in answers:
        assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert len({(a.body, a.headers["etag"]) for a in answers}) == 1
    description = answers[0].json
    assert description["openapi"].startswith("3.1"), description["openapi"]
    openapi_spec_validator.validate(description)
    page = http_ask(cluster.nodes[1], "/docs")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    for path in description["paths"]:
        assert path.encode() in page.body, path


def fill_in_examples(node):
    """Makes what the description's examples ask for."""
    sku, location, porto = "earl-grey", "lisbon", "porto"
    ask(node, "UpsertItem", sku=sku, title="Earl Grey, 100 g", state=1, price=650, currency="GBP")
    for place in (location, porto):
        ask(node, "UpsertLocation", location_id=place, name=f"{place}, Rua Augusta", kind=1, state=1,
            sells_online=True)
    ask(node, "Receive", lines=[line(sku, location, 50)])
    tell(node, "RegisterStore", location_id=location, instance="till-lisbon")
    ask(node, "SetOffer", sku=sku, location_id=location, price=types_pb2.Money(amount=590, currency="GBP"))
    ask(node, "Reserve", reservation_id="2c80e766-d348-43e6-847c-fe45112c746e", ttl_ms=3_600_000,
        owner=types_pb2.Owner(kind=1, reference=new_name("ada")), lines=[line(sku, location, 4)])
    ask(node, "Sell", sale_id="receipt-881", lines=[line(sku, location, 2)])
    return ask(node, "CreateTransfer", transfer_id="t-1", from_location_id=location, to_location_id=porto,
               lines=[commands_pb2.ItemLine(sku=sku, quantity=3)]).position


@check
def thousands_of_requests_are_answered_as_described(cluster):
    position = fill_in_examples(cluster.leader())
    node = cluster.followers()[0]
    description = http_ask(node, "/openapi.json").json
    # The examples are of things that are there.
    fresh = f"consistency=session&min_position={position}"
    for path, methods in description["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", parameter["example"])
        if path in WAITING or "availability" in path or not path.startswith("/v1/"):
            continue
        if "get" in methods:
            answer = http_ask(node, f"{path}?{fresh}")
            assert answer.status == 200, (path, answer.status, answer.body)
    ended = subprocess.run(
        [pathlib.Path(sys.executable).parent / "st", "--config-file", RUN / "schemathesis.toml", "run",
         f"http://127.0.0.1:{node.http_port}/openapi.json", "--no-color", "--workers", "1",
         "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--generation-deterministic",
         *(word for path in WAITING for word in ("--exclude-path", path)),
         "--continue-on-failure", "--request-timeout", "10", "--warnings", "off"],
        cwd=node.directory, timeout=SECONDS, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ended.returncode == 0, ended.stdout[-8000:]
    told = json.loads(http_ask(node, "/readyz", headers={"Accept": "application/json"}).body)
    assert told["ready"] is True, told
