"""The contenders by name: what each runs on, and where it is written."""

import importlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One way to train a GAN.

    Attributes:
        engine: `tensorflow`, `jax` or `torch`.
        label: What tables call it.
        module: Where its `Contender` is.
        options: Further arguments of `Contender`.
        rules: The rules of the game that it plays by.
    """

    engine: str
    label: str
    module: str
    options: dict = field(default_factory=dict)
    rules: tuple[str, ...] = ("alternating",)

    def make(self, case):
        """Return the contender, ready to train."""
        module = importlib.import_module(f"contenders.{self.module}")
        return module.Contender(case, **self.options)


_BOTH = ("alternating", "simultaneous")

CONTENDERS = {
    "ours-tensorflow": Entry("tensorflow", "keras_gan, `fit`", "ours", rules=_BOTH),
    "example": Entry("tensorflow", "Keras's official example", "keras_example"),
    "textbook": Entry("tensorflow", "`tf.function` loop", "textbook", rules=_BOTH),
    "textbook-xla": Entry(
        "tensorflow", "`tf.function` loop, XLA", "textbook", {"xla": True}, rules=_BOTH
    ),
    "ours-jax": Entry("jax", "keras_gan, `fit`", "ours"),
    "loop-jax": Entry("jax", "loop by hand", "jax_loop"),
    "ours-torch": Entry("torch", "keras_gan, `fit`", "ours"),
    "loop-torch": Entry("torch", "eager loop", "torch_loop"),
    "compiled-torch": Entry("torch", "compiled loop", "torch_loop", {"compiled": True}),
    **{
        f"bfloat16-{engine}": Entry(
            *(engine, "keras_gan, `mixed_bfloat16`", "ours"),
            {"policy": "mixed_bfloat16"},
            rules=rules,
        )
        for engine, rules in (
            ("tensorflow", _BOTH),
            ("jax", ("alternating",)),
            ("torch", ("alternating",)),
        )
    },
}
FLOAT32 = [name for name, entry in CONTENDERS.items() if "policy" not in entry.options]
