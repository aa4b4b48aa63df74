"""Saving: the part of `GAN` that goes into a file and comes back."""

from typing import Any

import keras

from keras_gan import random_state, scoring


class Saving(keras.Model):
    """The part of `GAN` that Keras's saving asks for, random states included."""

    def save(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Save all of the GAN, as `keras.Model.save` does.

        Args:
            filepath: A path that ends in ``.keras``, or another that Keras takes, but
                no HDF5 file, which cannot hold a GAN.
            *args: As in `keras.Model.save`.
            **kwargs: As in `keras.Model.save`.

        Raises:
            ValueError: If it is an HDF5 file.
        """
        if str(filepath).lower().endswith((".h5", ".hdf5")):
            raise ValueError(
                "A GAN is saved to a .keras file: Keras's HDF5 files hold no two "
                f"networks. Received: filepath={str(filepath)!r}."
            )
        super().save(filepath, *args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        config = super().get_config()
        for key in ("generator", "discriminator", "ema", "augment"):
            config[key] = keras.saving.serialize_keras_object(getattr(self, key))
        for key in ("latent_dim", "latent_distribution", "num_classes", "packing"):
            config[key] = getattr(self, key)
        config["seed"] = self.seed
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Rebuild a GAN, its networks included."""
        config = dict(config)
        for key in ("generator", "discriminator", "ema", "augment"):
            config[key] = keras.saving.deserialize_keras_object(
                config[key], custom_objects
            )
        return cls(**config)

    def get_compile_config(self) -> dict[str, Any]:
        """Return the arguments of `compile`, as they were given."""
        if not self.compiled:
            return {}
        given = dict(self.rules.given)
        given["metrics"] = scoring.saveable(given["metrics"])
        return keras.saving.serialize_keras_object(given)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as the saved GAN was; its optimizers' state is loaded after."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: Any) -> None:
        """Save the random state, which Keras leaves out."""
        super().save_own_variables(store)
        for prefix, states in self._seed_states().items():
            random_state.save(store, states, prefix)

    def load_own_variables(self, store: Any) -> None:
        """Load the random state."""
        for prefix, states in self._seed_states().items():
            random_state.load(store, states, prefix)
        super().load_own_variables(random_state.without_states(store))

    def _seed_states(self) -> dict[str, list[keras.Variable]]:
        owners = [self.seed_generator, self.generator, self.discriminator]
        owners += [x for x in (self.augment, self.ema_generator) if x is not None]
        return {
            random_state.OF_GAN: random_state.seed_states(owners),
            random_state.OF_PENALTIES: random_state.seed_states(
                self.penalties if self.compiled else []
            ),
        }
