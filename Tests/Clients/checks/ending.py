"""At the end, the balance: one ledger on every node, and nothing alarming in the logs."""
import re

from checks.runner import check


@check
def all_nodes_hold_the_same_ledger_in_the_end(cluster):
    leader = cluster.leader()
    digest = leader.digest()
    for node in cluster.nodes:
        assert node.digest(digest.position) == digest, node.name


@check
def no_node_reports_an_error_of_its_own(cluster):
    for node in cluster.nodes:
        alarming = re.findall(r"^\S+ (?:critical|error) .*$|Fatal error.*", node.log, re.M)
        assert not alarming, (node.name, alarming[:5])
