from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.study.ledger import half_up, plain


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Fraction(1, 20), "0.1"),  # 0.05: bankers would print 0.0, a float 0.1 by luck
        (Fraction(1, 4), "0.3"),  # 0.25
        (Fraction(8, 20), "0.4"),
        (0.15, "0.2"),
        (2.675, "2.7"),
        (Fraction(2155083, 1000), "2,155.1"),
        (Fraction(0), "0.0"),
        (1292.3333333333333, "1,292.3"),
        (999.95, "1,000.0"),
    ],
)
def test_the_report_rounds_half_up(value: Fraction | float, printed: str) -> None:
    assert half_up(value) == printed


def test_whole_numbers_have_no_point() -> None:
    assert half_up(Fraction(31267, 2), digits=0) == "15,634"
    assert half_up(1234.5, digits=2) == "1,234.50"


@given(st.integers(0, 10**7), st.integers(1, 50))
def test_a_printed_average_is_at_most_half_a_digit_off(count: int, companies: int) -> None:
    value = Fraction(count, companies)
    printed = Fraction(half_up(value).replace(",", ""))
    assert -Fraction(1, 20) < printed - value <= Fraction(1, 20)


def test_json_gets_the_number_unrounded() -> None:
    assert plain(Fraction(1, 3)) == 1 / 3
    assert plain(Fraction(4, 2)) == 2
    assert plain(None) is None
