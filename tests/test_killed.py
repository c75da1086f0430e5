"""A pipeline that is killed at any moment loses nothing and doubles nothing."""

import random
import subprocess
import sys
import time
from pathlib import Path

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing

KILLS = 20
BLOCKS = 150
LINES = 20

PIPELINE = f"""
import sys
from datetime import datetime, timedelta
from pathlib import Path
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline import run
from hinomi.pipeline.detect import Lookout, load

run.EPOCH_BLOCKS = 3
root = Path(sys.argv[1])
river = run.River(Landing(root / "landing"), Lake(root / "lake"), Lookout(load([])))
print("ready", flush=True)
LINE = (
    '<189>date=2022-11-01 time=09:00:00 devname="gate" devid="FG0" eventtime=1667260800000000000 tz="+0900" '
    'logid="0419016384" type="utm" subtype="ips" eventtype="signature" level="alert" severity="high" '
    'srcip=203.0.113.{{}} dstip=192.168.1.{{}} action="dropped" attack="Test.Attack" sessionid={{}}\\n'
)
for block in range({BLOCKS}):
    lines = [LINE.format(block, line, block * {LINES} + line) for line in range({LINES} - 1)] + ["no log line\\n"]
    header = river.landing.append(
        "".join(lines).encode(), tenant="101", sensor="gate", source="fortinet_fortigate", timezone="Asia/Tokyo",
        received=datetime(2022, 11, 1) + timedelta(minutes=block), origin=f"{{block}}.log",
    )
    if header:
        print("landed", flush=True)
    if block % 5 == 4 and run.drain(river):
        print("drained", flush=True)
run.drain(river)
print("done", flush=True)
"""


def start(root: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PIPELINE, str(root)], stdout=subprocess.PIPE)


def test_killed_twenty_times_it_ends_with_every_line_once(tmp_path: Path) -> None:
    chance = random.Random(20)
    for _ in range(KILLS):
        with start(tmp_path) as pipeline:
            assert pipeline.stdout
            for _ in range(chance.randrange(1, 7)):
                assert pipeline.stdout.readline() in (b"ready\n", b"landed\n", b"drained\n")
            time.sleep(chance.uniform(0.0, 0.15))
            assert pipeline.poll() is None, "every kill must hit a pipeline at work"
            pipeline.kill()
    with start(tmp_path) as pipeline:
        assert pipeline.stdout
        assert pipeline.stdout.read().endswith(b"done\n")

    lake = Lake(tmp_path / "lake")
    events = lake.ask("101", 'SELECT count(*) AS n, count(DISTINCT "metadata.uid") AS uids FROM events').rows()[0]
    findings = lake.ask("101", 'SELECT count(*) AS n, count(DISTINCT "metadata.uid") AS uids FROM findings').rows()[0]
    rejects = lake.ask("101", "SELECT count(*) AS n, count(DISTINCT block) AS blocks FROM rejects").rows()[0]
    ledger = lake.ask("101", "SELECT count(*) AS n, sum(records)::INT AS records FROM blocks").rows()[0]

    assert events == {"n": BLOCKS * (LINES - 1), "uids": BLOCKS * (LINES - 1)}
    assert findings == events
    assert rejects == {"n": BLOCKS, "blocks": BLOCKS}
    assert ledger == {"n": BLOCKS, "records": BLOCKS * LINES}
    assert Landing(tmp_path / "landing").pending() == []
