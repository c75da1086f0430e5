"""Who sends: what the desk says, made safe for a port that everybody uses."""

from hinomi.app.collector import Ports, told_apart
from hinomi.pipeline.collect.routes import Route


def test_a_sensor_that_claims_the_shared_port_does_not_take_every_stranger() -> None:
    ports = Ports("127.0.0.1", udp=5514, tcp=5514)
    greedy, own = Route("600", "p", "iptables", "UTC", port=5514), Route("500", "q", "iptables", "UTC", port=5515)
    both = Route("700", "r", "iptables", "UTC", port=5514, peer="192.0.2.7")

    assert told_apart(ports, [greedy, own, both]) == [own, both]
