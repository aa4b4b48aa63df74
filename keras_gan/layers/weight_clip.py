"""Weight clipping: a constraint, and a network whose weights all have one."""

from typing import Any

import keras
from keras import ops

from keras_gan.arguments import checked_positive


@keras.saving.register_keras_serializable(package="keras_gan")
class WeightClip(keras.constraints.Constraint):
    """Clip weights to [-limit, limit] after every update.

    Args:
        limit: Largest magnitude of a weight, finite and above 0.

    Raises:
        ValueError: If ``limit`` is out of range.

    Reference:
        Arjovsky, Chintala, Bottou, 2017, Wasserstein GAN, arXiv:1701.07875,
        algorithm 1.

    Example:
        >>> critic = constrained(critic, WeightClip(0.01))
    """

    def __init__(self, limit: float = 0.01) -> None:
        self.limit = checked_positive("limit", limit)

    def __call__(self, w: Any) -> Any:
        """Return the clipped weights."""
        return ops.clip(w, -self.limit, self.limit)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return {"limit": self.limit}


def constrained(
    network: keras.Model, constraint: keras.constraints.Constraint
) -> keras.Model:
    """Copy a network so that every trainable weight in it has a constraint.

    Optimizers apply constraints after each update. This one replaces those that the
    network has: kernels, biases, scales and shifts alike, in nested models and
    wrapped layers, too. The weights are copied as they are.

    Args:
        network: A built Functional or Sequential model.
        constraint: The constraint, such as ``WeightClip(0.01)``.

    Returns:
        A new model of the same kind. It keeps its constraints when it is saved.

    Raises:
        ValueError: If the network is not built, is not Functional or Sequential, or
            has trainable weights whose layer takes no constraint of them.

    Example:
        >>> critic = networks.mlp.discriminator((28, 28, 1))
        >>> critic = constrained(critic, WeightClip(0.01))
    """
    if not isinstance(network, keras.Sequential) and not hasattr(network, "operations"):
        raise ValueError(
            "constrained copies Functional and Sequential networks. Received: "
            f"{network!r}. Give the layers of a subclassed model their constraints "
            "by hand, for example Dense(64, kernel_constraint=WeightClip(0.01))."
        )
    if not network.built:
        raise ValueError(f"The network must be built first. Received: {network!r}.")

    def copied(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = _with_constraint(layer.get_config(), constraint)
        return type(layer).from_config(config)

    clone = keras.models.clone_model(network, clone_function=copied, recursive=True)
    free = [w.path for w in clone.trainable_weights if w.constraint is not constraint]
    if free:
        raise ValueError(
            "Every trainable weight must be of a layer that takes a constraint of it "
            "(`kernel_constraint`, `bias_constraint`, ...). These are not: "
            f"{', '.join(free)}."
        )
    clone.set_weights(network.get_weights())
    return clone


def _with_constraint(config: dict[str, Any], constraint: Any) -> dict[str, Any]:
    """Set every constraint of a layer's configuration, wrapped layers' included."""
    return {
        key: constraint
        if key.endswith("_constraint")
        else _with_constraint(value, constraint)
        if isinstance(value, dict)
        else value
        for key, value in config.items()
    }
