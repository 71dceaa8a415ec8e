#!/usr/bin/env python3
"""Holds a WireEcho server to the standard with gRPC's C core.

Usage: wire_conformance.py HOST:PORT [--reflection]
Needs grpcio, grpcio-health-checking and grpcio-reflection. Exits with 1 if a check fails.
"""
import concurrent.futures
import socket
import sys
import threading
import time

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def unary(channel, name):
    return channel.unary_unary(f"/wire.Echo/{name}")


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call should have failed")


@check
def messages_of_all_sizes_come_back(channel, _):
    for size in [0, 1, 5, 100, 16383, 16384, 65535, 65536, 1 << 20, 4 << 20]:
        message = bytes(i * 7 & 0xFF for i in range(min(size, 997))) * (size // 997 + 1)
        assert unary(channel, "Unary")(message[:size], timeout=20) == message[:size], size


@check
def too_large_is_resource_exhausted_and_the_connection_lives(channel, _):
    error = failure(lambda: unary(channel, "Unary")(b"x" * ((4 << 20) + 1), timeout=20))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error
    assert unary(channel, "Unary")(b"y", timeout=5) == b"y"


@check
def status_message_and_details_arrive(channel, _):
    error = failure(lambda: unary(channel, "Fail")(bytes(range(256)), timeout=5))
    assert error.code() == grpc.StatusCode.ABORTED, error
    assert error.details() == "não 100%", error.details()
    assert dict(error.trailing_metadata())["grpc-status-details-bin"] == bytes(range(256))


@check
def metadata_travels_both_ways(channel, _):
    sent = (("x-text", "a b"), ("x-data-bin", bytes(range(256))))
    _, call = unary(channel, "Metadata").with_call(b"", metadata=sent, timeout=5)
    for received in (dict(call.initial_metadata()), dict(call.trailing_metadata())):
        assert received["x-text"] == "a b", received
        assert received["x-data-bin"] == bytes(range(256)), received


@check
def unknown_methods_and_compression_are_unimplemented(channel, _):
    error = failure(lambda: unary(channel, "Nothing")(b"", timeout=5))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
    error = failure(
        lambda: unary(channel, "Unary")(b"z" * 1000, timeout=5, compression=grpc.Compression.Gzip))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error


@check
def deadlines_end_calls_in_time(channel, _):
    begun = time.monotonic()
    error = failure(lambda: unary(channel, "Never")(b"", timeout=0.2))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
    assert time.monotonic() - begun < 2


@check
def a_cancelled_call_is_cancelled(channel, _):
    future = unary(channel, "Never").future(b"")
    time.sleep(0.05)
    future.cancel()
    assert future.code() == grpc.StatusCode.CANCELLED
    assert unary(channel, "Unary")(b"y", timeout=5) == b"y"


@check
def a_thousand_cancels_at_once_leave_the_connection_alone(channel, _):
    futures = [unary(channel, "Never").future(b"", timeout=60) for _ in range(1000)]
    time.sleep(0.3)
    for future in futures:
        future.cancel()
    assert unary(channel, "Unary")(b"y", timeout=10) == b"y"


@check
def server_streams_obey_flow_control(channel, _):
    total = 64 << 20
    received = sum(map(len, channel.unary_stream("/wire.Echo/Produce")(str(total).encode(), timeout=60)))
    assert received == total, received


@check
def a_slow_reader_gets_everything(channel, _):
    total, received = 8 << 20, 0
    for part in channel.unary_stream("/wire.Echo/Produce")(str(total).encode(), timeout=60):
        received += len(part)
        time.sleep(0.002)
    assert received == total, received


@check
def client_streams_obey_flow_control(channel, _):
    parts = (b"c" * 65536 for _ in range(512))
    answer = channel.stream_unary("/wire.Echo/Consume")(parts, timeout=60)
    assert answer == str(512 * 65536).encode(), answer


@check
def a_conversation_keeps_its_order(channel, _):
    sent = [str(i).encode() for i in range(2000)]
    assert list(channel.stream_stream("/wire.Echo/Chat")(iter(sent), timeout=60)) == sent


@check
def an_open_conversation_is_answered_at_once(channel, _):
    gate = threading.Semaphore(1)

    def requests():
        for i in range(20):
            gate.acquire()
            yield str(i).encode()

    seen = []
    for answer in channel.stream_stream("/wire.Echo/Chat")(requests(), timeout=20):
        seen.append(answer)
        gate.release()
    assert len(seen) == 20, seen


@check
def several_requests_for_a_unary_method_fail(channel, _):
    call = channel.stream_unary("/wire.Echo/Unary")
    for requests in ([b"a", b"b"], []):
        error = failure(lambda: call(iter(requests), timeout=5))
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error


@check
def two_thousand_calls_at_once_are_all_answered(channel, _):
    call = unary(channel, "Unary")
    futures = [call.future(b"%d" % i, timeout=60) for i in range(2000)]
    for i, future in enumerate(futures):
        try:
            assert future.result() == b"%d" % i
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error


@check
def many_threads_share_a_channel(channel, _):
    call = unary(channel, "Unary")
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        results = pool.map(lambda i: call(b"%d" % i, timeout=30) == b"%d" % i, range(3000))
        assert all(results)


@check
def garbage_is_dropped_and_harms_nobody(channel, address):
    host, port = address.rsplit(":", 1)
    for garbage in (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01" + b"\xff" * 500, b"\x00" * 5000,
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 2000):
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(garbage)
            raw.settimeout(5)
            try:
                while raw.recv(65536):
                    pass
            except ConnectionError:
                pass
    assert unary(channel, "Unary")(b"y", timeout=5) == b"y"


@check
def health_is_told_and_watched(channel, _):
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    for service in ("", "wire.Echo"):
        request = health_pb2.HealthCheckRequest(service=service)
        assert stub.Check(request, timeout=5).status == serving
        watch = stub.Watch(request, timeout=5)
        assert next(watch).status == serving
        watch.cancel()
    error = failure(lambda: stub.Check(health_pb2.HealthCheckRequest(service="no"), timeout=5))
    assert error.code() == grpc.StatusCode.NOT_FOUND, error
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="no"), timeout=5)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


def reflection_describes_the_services(channel, _):
    from google.protobuf.descriptor_pool import DescriptorPool
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
    from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
        ProtoReflectionDescriptorDatabase)
    database = ProtoReflectionDescriptorDatabase(channel)
    services = database.get_services()
    assert "wire.Echo" in services and "grpc.health.v1.Health" in services, services
    health = DescriptorPool(database).FindServiceByName("grpc.health.v1.Health")
    assert "Watch" in health.methods_by_name
    assert health.methods_by_name["Check"].input_type.fields_by_name["service"].number == 1
    requests = [reflection_pb2.ServerReflectionRequest(file_containing_symbol="no.Such")]
    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    answer = next(stub.ServerReflectionInfo(iter(requests), timeout=5))
    assert answer.error_response.error_code == grpc.StatusCode.NOT_FOUND.value[0], answer
    # The messages of v1 are those of v1alpha.
    v1 = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    raw = next(v1(iter([request.SerializeToString()]), timeout=5))
    listed = reflection_pb2.ServerReflectionResponse.FromString(raw).list_services_response
    assert "wire.Echo" in [service.name for service in listed.service]


def main():
    address = sys.argv[1]
    checks = CHECKS + ([reflection_describes_the_services] if "--reflection" in sys.argv else [])
    failed = 0
    for function in checks:
        begun = time.monotonic()
        with grpc.insecure_channel(address, options=UNLIMITED) as channel:
            try:
                function(channel, address)
                verdict = "ok"
            except Exception as error:  # each check reports, none stops the others
                failed += 1
                verdict = f"FAILED: {type(error).__name__}: {error}"
        name = function.__name__.replace("_", " ")
        print(f"{time.monotonic() - begun:6.2f} s  {name}: {verdict}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
