"""Learning curves, as a picture."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from keras_gan.files.atomic_write import replacing

_LOSSES = {
    "d_loss": ("discriminator", "#00798c"),
    "g_loss": ("generator", "#d1495b"),
}
_ACCURACIES = {
    "real_accuracy": ("real images", "#00798c"),
    "fake_accuracy": ("generated images", "#edae49"),
}
_NOT_SHOWN = ("epoch", "step", "seconds", "loss")
_OTHERS = ("#66a182", "#2e4057", "#8d6a9f", "#c97c5d")


def write_curves(
    path: str | os.PathLike[str], columns: Mapping[str, Sequence[Any]], title: str
) -> None:
    """Draw what was logged over the epochs.

    Both players' losses, how many of the real and of the generated images the
    discriminator takes for what they are, and what else there is, such as
    penalties, each in a panel of its own.

    Args:
        path: The PNG file to write.
        columns: The history, a list for each column, ``epoch`` among them.
        title: Written above.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [*_NOT_SHOWN, *_LOSSES, *_ACCURACIES]
    others = [key for key in columns if key not in shown]
    panels = 3 if others else 2
    figure = Figure(figsize=(4.8 * panels, 4), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    losses, accuracies, *rest = figure.subplots(1, panels)
    _draw(losses, "Losses", "mean over the epoch", columns, _LOSSES)
    title_right = "What the discriminator gets right"
    _draw(accuracies, title_right, "share of images", columns, _ACCURACIES)
    accuracies.set_ylim(-0.03, 1.03)
    accuracies.axhline(0.5, color="grey", linestyle="--", linewidth=1, zorder=0)
    accuracies.annotate(
        "guessing",
        (1, 0.5),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 3),
        textcoords="offset points",
        ha="right",
        fontsize=8,
        color="grey",
    )
    for axes in rest:
        colours = (_OTHERS[i % len(_OTHERS)] for i in range(len(others)))
        lines = {key: (key, c) for key, c in zip(others, colours, strict=True)}
        _draw(axes, "Also logged", "mean over the epoch", columns, lines)
    figure.suptitle(title)
    with replacing(path) as temporary:
        figure.savefig(temporary)


def _draw(
    axes: Any,
    title: str,
    unit: str,
    columns: Mapping[str, Sequence[Any]],
    lines: Mapping[str, tuple[str, str]],
) -> None:
    epochs = columns["epoch"]
    marker = "o" if len(epochs) < 30 else None  # one epoch is no line
    for key, (label, colour) in lines.items():
        if key in columns:
            axes.plot(
                epochs,
                columns[key],
                color=colour,
                label=label,
                marker=marker,
                markersize=3,
                linewidth=1.6,
            )
    axes.set_title(title, fontsize=11)
    axes.set_xlabel("epoch")
    axes.set_ylabel(unit)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    axes.grid(color="#e6e6e6", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if axes.lines:
        axes.legend(fontsize=9, framealpha=0.9)
