"""Rules come, break and are switched while lines pour in: nothing stops, nothing is lost, nothing doubles."""

import json
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from hinomi.lake.lake import Lake

RULE_ID = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c99"
RULE = f"""title: Port 4444
id: {RULE_ID}
logsource: {{category: firewall}}
detection:
  selection: {{dst_port: 4444}}
  condition: selection
level: high
"""
LINE = (
    '<189>date={now:%Y-%m-%d} time={now:%H:%M:%S} devname="gate" devid="FG0" eventtime={seconds}000000000 tz="+0000" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" sessionid={number} srcip=192.168.1.5 '
    'dstip=203.0.113.9 dstport=4444 proto=6 action="accept"\n'
)


class Device(threading.Thread):
    """Sends twenty lines a second until told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.sent, self.done = port, 0, threading.Event()

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            while not self.done.wait(0.05):
                now = datetime.now(UTC)
                line.sendall(LINE.format(now=now, seconds=int(now.timestamp()), number=self.sent).encode())
                self.sent += 1

    def stop(self) -> int:
        self.done.set()
        self.join()
        return self.sent


def count(data_dir: Path, sql: str) -> int:
    number: int = Lake(data_dir / "lake").ask("500", sql).rows()[0]["n"]
    return number


FINDINGS = f"""SELECT count(*)::INT AS n FROM findings WHERE "finding_info.analytic.uid" = '{RULE_ID}'"""


def test_a_rule_is_taken_up_while_lines_pour_in_and_run_back_over_those_before(tower) -> None:
    rules = tower.data_dir / "rules"
    tower.register(("500", "gate", "fortinet_fortigate"))
    tower.hinomi("sensor", "add", "gate", "--tenant", "500", "--source", "fortinet_fortigate", "--peer", "127.0.0.1")
    tower.start()
    device = Device(tower.syslog)
    device.start()
    tower.until(lambda: count(tower.data_dir, "SELECT count(*)::INT AS n FROM events") > 20, "lines are events")
    tower.until((rules / "running.json").exists, "the worker says what it runs")
    tower.until((tower.data_dir / "scans" / "known.json").exists, "the background knows it")

    written = time.monotonic()
    (rules / "broken.yml").write_text("title: [")
    (rules / "port.yml").write_text(RULE)
    tower.until(lambda: RULE_ID in json.loads((rules / "running.json").read_text())["rules"], "it was taken up")
    taken = time.monotonic() - written
    tower.until(lambda: count(tower.data_dir, FINDINGS) > 20, "it finds")
    time.sleep(2)
    sent = device.stop()
    tower.until(lambda: count(tower.data_dir, "SELECT count(*)::INT AS n FROM events") >= sent, "all are events")
    tower.until(lambda: count(tower.data_dir, FINDINGS) >= sent, "the lines before were found as well")

    time.sleep(3)
    assert count(tower.data_dir, "SELECT count(*)::INT AS n FROM events") == sent
    assert count(tower.data_dir, FINDINGS) == sent
    assert count(tower.data_dir, 'SELECT count(DISTINCT "metadata.uid")::INT AS n FROM findings') == sent
    assert taken < 30
    assert "broken.yml" in tower.hinomi("rules", "list", "--state", "refused")
