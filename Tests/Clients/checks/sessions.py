"""Sessions: many commands a message, answers in any order, many streams at once."""
import asyncio
import queue
import time

import grpc

from checks.asking import failing, level, line, make, stocked
from checks.cluster import CHANNEL_OPTIONS
from checks.runner import check
from estoque.v1 import commands_pb2, ledger_pb2_grpc

Code = grpc.StatusCode


def tagged(tag, kind, /, **fields):
    name = {"Sell": "sell", "Receive": "receive", "Reserve": "reserve"}[kind]
    command = commands_pb2.Command(**{name: make(kind, **fields)})
    return commands_pb2.TaggedCommand(tag=tag, command=command)


def session(node, messages, timeout=30):
    """Sends the messages, ends the requests and gives all answers by tag."""
    requests = [commands_pb2.SessionRequest(commands=commands) for commands in messages]
    answers = {}
    for response in node.ledger.Session(iter(requests), timeout=timeout):
        for answer in response.answers:
            assert answer.tag not in answers, "answered twice"
            answers[answer.tag] = answer
    return answers


@check
def a_session_answers_every_command_by_its_tag(cluster):
    for node in cluster.nodes:
        sku, location = stocked(node, 500)
        tags = [7 * i + 2**63 for i in range(600)]
        messages = [[tagged(tag, "Sell", lines=[line(sku, location, 1)]) for tag in tags[i:i + 40]]
                    for i in range(0, 600, 40)]
        answers = session(node, messages)
        assert sorted(answers) == tags
        done = [a for a in answers.values() if a.WhichOneof("result") == "answer"]
        refusals = [a.refusal for a in answers.values() if a.WhichOneof("result") == "refusal"]
        assert (len(done), len(refusals)) == (500, 100), (len(done), len(refusals))
        assert {r.problem.reason for r in refusals} == {"INSUFFICIENT_STOCK"}
        assert level(node, sku, location).on_hand == 0


@check
def a_bad_command_in_a_session_harms_no_other(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 5)
    good = tagged(1, "Sell", lines=[line(sku, location, 1)])
    again = commands_pb2.TaggedCommand(tag=4, command=good.command)
    other = commands_pb2.TaggedCommand(tag=5, command=commands_pb2.Command(sell=make(
        "Sell", request_id=good.command.sell.request_id, lines=[line(sku, location, 2)])))
    answers = session(node, [
        [good, tagged(2, "Sell", lines=[line(sku, "a b", 1)]), commands_pb2.TaggedCommand(tag=3)],
        [again, other]])
    assert answers[1].answer.levels.levels[0].on_hand == 4
    assert answers[2].problem.field_violations[0].field == "lines[0].location_id", answers[2]
    assert answers[3].problem.field_violations[0].field == "command", answers[3]
    assert answers[4].answer.replayed and answers[4].answer.position == answers[1].answer.position
    assert answers[5].refusal.problem.reason == "IDEMPOTENCY_KEY_REUSED", answers[5]


@check
def a_session_is_a_conversation(cluster):
    node = cluster.nodes[2]
    sku, location = stocked(node, 100)
    waiting = queue.Queue()
    stream = node.ledger.Session(iter(waiting.get, None), timeout=30)
    for tag in range(20):
        waiting.put(commands_pb2.SessionRequest(
            commands=[tagged(tag, "Sell", lines=[line(sku, location, 1)])]))
        answer, = next(stream).answers
        assert answer.tag == tag and answer.answer.levels.levels[0].on_hand == 99 - tag, answer
    waiting.put(None)
    assert list(stream) == [] and stream.code() == Code.OK


@check
def a_session_ends_with_the_reason_why(cluster):
    node = cluster.nodes[0]
    raw = node.channel.stream_stream("/estoque.v1.LedgerService/Session")
    failure = failing(lambda: list(raw(iter([b"\x0a\x7fx"]), timeout=5)))
    assert (failure.code, failure.reason) == (Code.INVALID_ARGUMENT, "MALFORMED"), failure
    too_many = commands_pb2.SessionRequest(commands=[commands_pb2.TaggedCommand(tag=1)] * 16_385)
    failure = failing(lambda: list(node.ledger.Session(iter([too_many]), timeout=10)))
    assert (failure.code, failure.fields) == (Code.INVALID_ARGUMENT, ["commands"]), failure
    assert list(node.ledger.Session(iter([]), timeout=5)) == []
    waiting = queue.Queue()
    begun = time.monotonic()
    failure = failing(lambda: list(node.ledger.Session(iter(waiting.get, None), timeout=0.3)))
    waiting.put(None)
    assert failure.code == Code.DEADLINE_EXCEEDED and time.monotonic() - begun < 3, failure


@check
def a_session_that_is_cancelled_leaves_whole_commands(cluster):
    node = cluster.nodes[1]
    sku, location = stocked(node, 10_000)
    commands = [tagged(tag, "Sell", lines=[line(sku, location, 1)]) for tag in range(500)]
    for _ in range(20):
        waiting = queue.Queue()
        stream = node.ledger.Session(iter(waiting.get, None), timeout=30)
        waiting.put(commands_pb2.SessionRequest(commands=commands))
        stream.cancel()
        waiting.put(None)
    answers = session(node, [commands])
    assert all(a.WhichOneof("result") == "answer" for a in answers.values())
    assert level(node, sku, location).on_hand == 9500


async def many_sessions(node, count, at_once, make_command):
    """Opens `count` sessions, `at_once` of them side by side, and returns how many had answers."""
    gate = asyncio.Semaphore(at_once)
    options = CHANNEL_OPTIONS + [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{node.rpc_port}", options=options) as channel:
        stub = ledger_pb2_grpc.LedgerServiceStub(channel)

        async def one(number):
            async with gate:
                stream = stub.Session(timeout=60)
                for turn in range(2):
                    await stream.write(commands_pb2.SessionRequest(
                        commands=[make_command(number, turn, tag) for tag in range(3)]))
                tags = []
                await stream.done_writing()
                async for response in stream:
                    tags += [a.tag for a in response.answers
                             if a.WhichOneof("result") == "answer"]
                return sorted(tags) == [0, 0, 1, 1, 2, 2]

        return sum(await asyncio.gather(*(one(number) for number in range(count))))


@check
def five_hundred_sessions_side_by_side_and_two_thousand_in_all(cluster):
    node = cluster.followers()[0]
    sku, location = stocked(node, 100_000)

    def make_command(number, turn, tag):
        return tagged(tag, "Sell", lines=[line(sku, location, 1)])

    assert asyncio.run(many_sessions(node, 2000, 500, make_command)) == 2000
    assert level(node, sku, location).on_hand == 100_000 - 2000 * 6


@check
def idle_sessions_cost_the_others_nothing(cluster):
    node = cluster.leader()
    sku, location = stocked(node, 1000)

    async def idle():
        async with grpc.aio.insecure_channel(
                f"127.0.0.1:{node.rpc_port}",
                options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            stub = ledger_pb2_grpc.LedgerServiceStub(channel)
            streams = [stub.Session(timeout=60) for _ in range(500)]
            for stream in streams:
                await stream.write(commands_pb2.SessionRequest())
            commands = [tagged(tag, "Sell", lines=[line(sku, location, 1)]) for tag in range(100)]
            loop = asyncio.get_running_loop()
            answers = await loop.run_in_executor(None, lambda: session(node, [commands]))
            for stream in streams:
                stream.cancel()
            return len(answers)

    assert asyncio.run(idle()) == 100
    assert level(node, sku, location).on_hand == 900
