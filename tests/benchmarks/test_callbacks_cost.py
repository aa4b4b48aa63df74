"""The cost of callbacks: what is added is compared within a round."""

import callbacks_cost


def test_what_is_added_is_the_median_within_rounds() -> None:
    alone, other = [1.0, 2.0, 4.0], [1.5, 2.5, 4.5]
    text = callbacks_cost.table({"alone": alone, "SampleGrid": other})
    assert text.splitlines()[2:] == [
        "| alone | 2.00 |  |  |",
        "| SampleGrid | 2.50 | 500 | 25.0% |",
    ]


def test_the_clock_is_looked_at_in_each_epoch() -> None:
    clock = callbacks_cost.Beginnings()
    for epoch in range(3):
        clock.on_epoch_begin(epoch)
    assert clock.times == sorted(clock.times)
    assert len(clock.times) == 3
