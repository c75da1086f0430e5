"""The machines of a company: stable name, address, card and user, the same in every sensor's log.

Addresses, cards (RFC 7042, section 2.1.2) and names repeat from company to company, as they do in life:
two companies' PC-07 are two machines.
"""

from dataclasses import dataclass
from functools import cache

from hinomi.demo.inventory import company

FEWEST, MOST = 8, 80
"""A log never names more machines than this, however large the company."""

COMMON_SURNAMES = (
    "sato tanaka ito watanabe takahashi kobayashi yamada nakamura kato yoshida sasaki suzuki "
    "yamamoto matsumoto inoue kimura hayashi shimizu saito mori ikeda hashimoto abe ishikawa "
    "ogawa okada maeda fujita goto hasegawa murakami kondo ishii sakamoto endo aoki fujii "
    "nishimura fukuda ota"
)
SURNAMES = COMMON_SURNAMES.split()


@dataclass(frozen=True)
class Host:
    name: str
    ip: str
    mac: str
    user: str
    mail: str


@cache
def hosts(tenant: str) -> tuple[Host, ...]:
    """The machines of a company that appear in logs: ``PC-01`` is ``.21`` and so on."""
    who = company(tenant)
    count = min(max(who.endpoints or who.employees // 2, FEWEST), MOST)
    return tuple(_host(number, subnet(tenant), who.domain, _turn(tenant)) for number in range(1, count + 1))


def subnet(tenant: str) -> str:
    """First three numbers of the office network; a handful of customary ones serve all companies."""
    return f"192.168.{(10, 1, 0, 11, 100)[(int(tenant) - 901) % 5]}"


def _turn(tenant: str) -> int:
    return (int(tenant) - 901) * 7 % len(SURNAMES)


def _host(number: int, network: str, domain: str, turn: int) -> Host:
    round_, place = divmod(number - 1, len(SURNAMES))
    user = SURNAMES[(place + turn) % len(SURNAMES)] + (str(round_ + 1) if round_ else "")
    return Host(
        name=f"PC-{number:02d}",
        ip=f"{network}.{20 + number}",
        mac=f"00:00:5E:00:53:{number:02X}",
        user=user,
        mail=f"{user}@{domain}",
    )
