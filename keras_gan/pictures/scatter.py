"""Vector data in a picture: generated points over real ones."""

from typing import Any

import numpy as np

Limits = tuple[tuple[float, float], tuple[float, float]]

_SIDE = 4.8  # inches, at 100 dots an inch


def limits_of(points: np.ndarray, room: float = 0.25) -> Limits:
    """The axes' limits that show some points with room around them.

    Args:
        points: Array ``(n, dimensions)``.
        room: Share of the extent to add on each side.

    Returns:
        ``((x_low, x_high), (y_low, y_high))``.
    """
    plane = _plane(points)
    plane = plane[np.isfinite(plane).all(axis=1)]
    if not len(plane):
        return (-1.0, 1.0), (-1.0, 1.0)
    low, high = plane.min(axis=0), plane.max(axis=0)
    extra = np.maximum((high - low) * room, 1e-3)
    low, high = low - extra, high + extra
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def scatter(
    points: Any,
    real: Any = None,
    limits: Limits | None = None,
    classes: Any = None,
) -> np.ndarray:
    """Draw points in the plane of their first two dimensions.

    Args:
        points: Array ``(n, dimensions)``; one dimension is drawn as a line of points.
            ``None`` to draw the real points alone.
        real: Real points, drawn grey behind, or ``None``.
        limits: The axes' limits; by default those of ``real``, or of ``points``.
        classes: Class number of each point, drawn in its own colour, or ``None``.

    Returns:
        uint8 array ``(480, 480, 3)``.

    Raises:
        ValueError: If ``points`` is not of shape ``(n, dimensions)``.

    Example:
        >>> scatter(np.random.normal(size=(500, 2))).shape
        (480, 480, 3)
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    clouds: dict[str, tuple[np.ndarray, dict[str, Any]]] = {}
    if real is not None:
        clouds["real"] = (_plane(real), {"color": "#b8b8b8"})
    if points is not None:
        by_class = {"c": classes, "cmap": "turbo"}
        colour = {"color": "#d1495b"} if classes is None else by_class
        clouds["generated"] = (_plane(points), {"alpha": 0.7, **colour})
    (x_limits, y_limits) = limits or limits_of(next(iter(clouds.values()))[0])
    figure = Figure(figsize=(_SIDE, _SIDE), dpi=100, layout="constrained")
    axes = figure.add_subplot()
    for label, (plane, style) in clouds.items():
        axes.scatter(plane[:, 0], plane[:, 1], 8, linewidths=0, label=label, **style)
    axes.set(xlim=x_limits, ylim=y_limits)
    axes.tick_params(labelsize=8)
    axes.legend(loc="upper right", fontsize=8, framealpha=0.9)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _plane(points: Any) -> np.ndarray:
    points = np.asarray(points, "float32")
    if points.ndim != 2 or 0 in points.shape:
        raise ValueError(
            f"points must have the shape (n, dimensions). Received: {points.shape}."
        )
    if points.shape[1] == 1:
        return np.concatenate([points, np.zeros_like(points)], axis=1)
    return points[:, :2]
