"""redis-py against a cluster: the ports of its nodes are the arguments."""

import sys

import redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import MovedError, ResponseError


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: expected {expected!r}, got {actual!r}")


def plain_at_leader(ports):
    """Returns a client of the node that takes writes: a plain client follows no redirection."""
    port = ports[0]
    for _ in range(10):
        client = redis.Redis(port=port, decode_responses=True)
        try:
            client.set("py:plain", "value")
            return client
        except MovedError as moved:
            port = moved.port
    sys.exit("no node takes writes")


def use_plain(ports):
    client = plain_at_leader(ports)
    expect("get", client.get("py:plain"), "value")
    client.delete("py:count")

    pipeline = client.pipeline(transaction=False)
    for _ in range(100):
        pipeline.incr("py:count")
    expect("pipeline", pipeline.execute(), list(range(1, 101)))

    # The default pipeline of redis-py is a transaction.
    with client.pipeline() as transaction:
        transaction.incr("py:count").get("py:count")
        expect("transaction", transaction.execute(), [101, "101"])


def use_cluster(ports):
    nodes = [ClusterNode("127.0.0.1", port) for port in ports]
    cluster = RedisCluster(startup_nodes=nodes, decode_responses=True)
    for i in range(10):
        cluster.set(f"py:{i}", i)
    pipeline = cluster.pipeline()
    for i in range(10):
        pipeline.get(f"py:{i}")
    expect("cluster pipeline", pipeline.execute(), [str(i) for i in range(10)])

    for leader in range(1, len(ports) + 1):
        transfer(ports, leader)
        cluster.set("py:leader", leader)
        expect("after the transfer", cluster.get("py:leader"), str(leader))


def transfer(ports, leader):
    try:
        redis.Redis(port=ports[0]).execute_command("RAFT.TRANSFER", leader)
    except ResponseError as error:
        if "leads already" not in str(error):
            raise


ports = [int(port) for port in sys.argv[1:]]
use_plain(ports)
use_cluster(ports)
print(f"redis-py {redis.__version__}: ok")
