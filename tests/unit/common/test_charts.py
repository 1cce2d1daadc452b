"""Bar charts as geometry."""

import pytest

from common.charts import FLOOR, WIDTH, draw_bars


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (99, 100), (101, 200), (2_001, 5_000)])
def test_the_top_is_a_round_number(most: int, top: int) -> None:
    assert draw_bars(title="Calls", unit="calls", values=[("1", most)]).top == top


def test_bars_stand_on_the_floor_within_the_chart() -> None:
    chart = draw_bars(title="Calls", unit="calls", values=[(str(day), day * 10) for day in range(30)])
    assert (chart.total, len(chart.bars)) == (4_350, 30)
    assert all(round(bar.y + bar.height, 1) == FLOOR for bar in chart.bars)
    assert 0 <= chart.bars[0].x < chart.bars[-1].x + chart.bars[-1].width <= WIDTH
    assert [bar.label for bar in chart.bars if bar.label] == ["0", "4", "8", "12", "16", "20", "24", "28"]


def test_nothing_has_no_bar_and_little_has_a_visible_one() -> None:
    nothing, little, much = draw_bars(title="Calls", unit="calls", values=[("a", 0), ("b", 1), ("c", 1_000)]).bars
    assert (nothing.height, little.height, much.height) == (0, 1.5, 128)


def test_no_values_are_an_empty_chart() -> None:
    assert draw_bars(title="Calls", unit="calls", values=[]).bars == []
