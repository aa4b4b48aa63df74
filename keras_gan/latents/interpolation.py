"""Ways from one latent to another: straight, or along the sphere."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_gan.arguments import checked_count

if TYPE_CHECKING:
    from keras_gan.gan import GAN

_PARALLEL = 1e-12  # sine of an angle that rounding makes of none

#: A way from one latent to another: ``way(start, end, t)``.
Way = Callable[[Any, Any, Any], np.ndarray]


def lerp(start: Any, end: Any, t: Any) -> np.ndarray:
    r"""Interpolate linearly, :math:`(1 - t) a + t b`.

    Right for uniform latents, whose cube it does not leave. Between normal ones it
    comes near the origin, where hardly any latent was in training.

    Args:
        start: Array ``(..., latent_dim)``, where t = 0.
        end: Array of such a shape, where t = 1.
        t: Number in [0, 1], or array ``(n,)`` of them: for one pair of vectors n
            points between them, for n pairs one point each.

    Returns:
        float32 array ``(..., latent_dim)``, of the shape that NumPy gives
        ``t[:, None] * start``.

    Raises:
        ValueError: If the shapes do not fit, or a number is not finite or out of
            range.

    Example:
        >>> lerp([0.0, 0.0], [2.0, 4.0], 0.25)
        array([0.5, 1. ], dtype=float32)
    """
    start, end, t = _checked(start, end, t)
    return ((1 - t) * start + t * end).astype("float32")


def slerp(start: Any, end: Any, t: Any) -> np.ndarray:
    r"""Interpolate along the sphere: the direction turns evenly.

    With :math:`\theta` the angle between the directions :math:`u, v`, the one at t is

    .. math:: \frac{\sin((1 - t) \theta)}{\sin \theta} u
              + \frac{\sin(t \theta)}{\sin \theta} v,

    and the length goes evenly from one's to the other's. (White weighs the vectors
    themselves: the same where they are as long, and without bound where they are
    not and nearly opposite.)

    Between parallel vectors the direction stays. Between opposite ones every half
    circle is as short: the one towards the axis that start has least of is taken
    (in one dimension, where there is none, the way leads through 0). A zero vector
    has no direction and takes the other's.

    Args:
        start: As in `lerp`.
        end: As in `lerp`.
        t: As in `lerp`.

    Returns:
        float32 array, as in `lerp`; ``start`` and ``end`` exactly at t = 0 and 1.

    Raises:
        ValueError: As in `lerp`.

    Reference:
        Shoemake, 1985, Animating Rotation with Quaternion Curves, SIGGRAPH, pages
        245-254; for latents White, 2016, Sampling Generative Networks,
        arXiv:1609.04468, section 2.1.

    Example:
        >>> slerp([1.0, 0.0], [0.0, 1.0], 0.5)
        array([0.70710677, 0.70710677], dtype=float32)
    """
    start, end, t = _checked(start, end, t)
    (a, u), (b, v) = _polar(start), _polar(end)
    u, v = np.where(a > 0, u, v), np.where(b > 0, v, u)
    angle = 2 * np.arctan2(_length(v - u), _length(v + u))  # exact where acos is not
    side = v - (u * v).sum(-1, keepdims=True) * u
    side = np.where(_length(side) > _PARALLEL, side, _perpendicular(u))
    direction = np.cos(t * angle) * u + np.sin(t * angle) * _polar(side)[1]
    between = ((1 - t) * a + t * b) * direction
    return np.where(t == 0, start, np.where(t == 1, end, between)).astype("float32")


_WAYS: dict[str, Way] = {"lerp": lerp, "slerp": slerp}


def walk(
    points: Any, frames: int, *, closed: bool = True, how: str | Way = "slerp"
) -> np.ndarray:
    """Walk from point to point, as many frames on each stretch.

    Args:
        points: Array ``(k, latent_dim)`` of the points, k at least 2.
        frames: Number of latents on the way, at least 1.
        closed: Whether to walk on from the last point to the first, so that the
            frames can be played round and round: the first point is not repeated.
            If not, the last frame is the last point.
        how: ``"slerp"``, ``"lerp"``, or a function of (start, end, t).

    Returns:
        float32 array ``(frames, latent_dim)``.

    Raises:
        ValueError: If an argument is out of range.

    Example:
        >>> walk([[0.0, 2.0], [2.0, 0.0]], 3, closed=False).round(1).shape
        (3, 2)
    """
    points = np.asarray(points, "float32")
    if points.ndim != 2 or len(points) < 2:
        raise ValueError(
            "points must have the shape (k, latent_dim), k at least 2. Received: "
            f"shape {points.shape}."
        )
    checked_count("frames", frames, 1)
    first, last, t = stretches(len(points), frames, closed)
    return _way(how)(points[first], points[last], t)


def stretches(
    stops: int, frames: int, closed: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spread frames evenly over the stretches between stops.

    Args:
        stops: Number of stops, at least 2.
        frames: Number of frames, at least 1.
        closed: Whether the last stretch leads back to the first stop, see `walk`.

    Returns:
        For each frame the stop before it, the one after, and how far it is from
        one to the other, in [0, 1].

    Example:
        >>> stretches(2, 3, closed=False)[2].tolist()
        [0.0, 0.5, 1.0]
    """
    count = stops if closed else stops - 1
    place = np.arange(frames) * count / max(1, frames if closed else frames - 1)
    first = np.minimum(place.astype(int), count - 1)
    return first, (first + 1) % stops, place - first


def interpolate(
    gan: "GAN",
    start: Any,
    end: Any,
    steps: int,
    labels: Any = None,
    how: str | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Make the images between two latents.

    Args:
        gan: The GAN.
        start: Latents ``(latent_dim,)``, or ``(n, latent_dim)`` for n ways at once.
        end: Latents of the same shape.
        steps: Images on each way, both ends among them, at least 2.
        labels: Class numbers of a conditional GAN, one for all or one for each of
            the n ways.
        how: ``"slerp"`` or ``"lerp"``; by default ``"lerp"`` for uniform latents,
            else ``"slerp"``, see `way_of`.
        seed: Integer seed of what the generator draws itself, if it has layers that
            do: the same all along a way.

    Returns:
        float32 array ``(steps, *sample_shape)``, or ``(steps, n, *sample_shape)``,
        in the generator's own range.

    Raises:
        ValueError: If an argument is out of range or does not fit the GAN.

    Example:
        >>> a, b = gan.draw_latents(2, seed=0)
        >>> images = interpolate(gan, a, b, steps=8)
    """
    checked_count("steps", steps, 2)
    start, end = np.asarray(start, "float32"), np.asarray(end, "float32")
    if start.shape != end.shape or start.ndim not in (1, 2):
        raise ValueError(
            f"start and end must have one shape, ({gan.latent_dim},) or (n, "
            f"{gan.latent_dim}). Received: shapes {start.shape} and {end.shape}."
        )
    n = 1 if start.ndim == 1 else len(start)
    labels = gan.given_labels(n, labels)
    way = way_of(gan, how)
    places = [way(start, end, t).reshape(n, -1) for t in np.linspace(0, 1, steps)]
    images = frames_of(gan, places, labels, seed)
    return images if start.ndim == 2 else images[:, 0]


def frames_of(gan: "GAN", latents: Any, labels: Any, seed: int) -> np.ndarray:
    """Make the images of each frame; noise that the generator draws stands still.

    Args:
        gan: The GAN.
        latents: Array ``(frames, n, latent_dim)``.
        labels: Class numbers ``(n,)`` of a conditional GAN, or ``None``.
        seed: Integer seed of what the generator draws itself, in each frame.

    Returns:
        float32 array ``(frames, n, *sample_shape)`` in the generator's own range.

    Example:
        >>> frames = frames_of(gan, np.zeros((2, 1, gan.latent_dim)), None, seed=0)
    """
    return np.stack([gan.generate_from(z, labels, seed=seed) for z in latents])


def way_of(gan: "GAN", how: str | None = None) -> Way:
    """Return the way to interpolate a GAN's latents, a function of (start, end, t).

    Args:
        gan: The GAN.
        how: ``"slerp"`` or ``"lerp"``; ``None`` for the one that stays where the
            latents of the training were. Codes, an InfoGAN's or a cluster's, lie on no
            sphere, and are interpolated linearly either way.

    Returns:
        A function of (start, end, t), as `walk` takes it.

    Raises:
        ValueError: If ``how`` is neither.

    Example:
        >>> latents = walk(gan.draw_latents(4, seed=0), 60, how=way_of(gan))
    """
    uniform = gan.latent_distribution == "uniform"
    way = _way(how if how is not None else "lerp" if uniform else "slerp")
    width = gan.noise_dim
    if width == gan.latent_dim:
        return way

    def of_noise_and_codes(start: Any, end: Any, t: Any) -> np.ndarray:
        start, end = np.asarray(start), np.asarray(end)
        noise = way(start[..., :width], end[..., :width], t)
        codes = lerp(start[..., width:], end[..., width:], t)
        return np.concatenate([noise, codes], axis=-1)

    return of_noise_and_codes


def _way(how: Any) -> Way:
    if callable(how):
        return how
    if how not in _WAYS:
        raise ValueError(f"how must be 'slerp' or 'lerp'. Received: how={how!r}.")
    return _WAYS[how]


def _checked(start: Any, end: Any, t: Any) -> tuple[np.ndarray, np.ndarray, Any]:
    """Return both in float64 and ``t`` with an axis for the dimensions."""
    start, end, t = (np.asarray(x, "float64") for x in (start, end, t))
    if not (np.isfinite(start).all() and np.isfinite(end).all()):
        raise ValueError("Latents must be finite. Received: NaN or infinity.")
    if t.ndim > 1 or not np.all((t >= 0) & (t <= 1)):
        raise ValueError(
            f"t must be a number in [0, 1], or (n,) of them. Received: t={t}."
        )
    t = t[..., np.newaxis]
    fits = start.ndim and end.ndim and start.shape[-1] == end.shape[-1]
    try:
        if fits:
            np.broadcast_shapes(start.shape, end.shape, t.shape)
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            "start and end must be (..., latent_dim) and t a number or (n,). Received: "
            f"shapes {start.shape} and {end.shape}, t of shape {t.shape[:-1]}."
        )
    return start, end, t


def _length(vectors: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vectors, axis=-1, keepdims=True)


def _polar(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lengths and directions; a zero vector's direction is zero."""
    length = _length(vectors)
    return length, vectors / np.where(length > 0, length, 1)


def _perpendicular(directions: np.ndarray) -> np.ndarray:
    """Return what is left of an axis across each direction: of the least like it."""
    axis = np.eye(directions.shape[-1])[np.abs(directions).argmin(-1)]
    return axis - (axis * directions).sum(-1, keepdims=True) * directions
