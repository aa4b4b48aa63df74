"""The step of Keras's official examples, a `keras.Model` with a `train_step`.

"DCGAN to generate face images" (keras.io/examples/generative/
dcgan_overriding_train_step): generated and real images together through D, noisy
labels, new latents for G. And "WGAN-GP overriding `Model.train_step`", with one
update of D; R1 in its penalty's place.
"""

import keras
import tensorflow as tf
from keras import layers

from contenders import case as cases
from contenders.clock import Clock
from contenders.keras_networks import adam, dataset, of_keras


class Contender(keras.Model):
    """The example's model, for any pair of networks.

    Args:
        case: What is trained.
        pair: The networks, in place of the case's.
        make_adam: Function that returns an optimizer.
        data: The images, in place of the built-in ones.
    """

    def __init__(self, case, pair=None, make_adam=adam, data=None):
        super().__init__()
        self.case = case
        self.generator, self.discriminator = pair or of_keras(case)
        self.seed_generator = keras.random.SeedGenerator(1337)
        self.d_mean = keras.metrics.Mean(name="d_loss")
        self.g_mean = keras.metrics.Mean(name="g_loss")
        self.d_adam, self.g_adam = make_adam(), make_adam()
        self.bce = keras.losses.BinaryCrossentropy(from_logits=True)
        self.built = True
        self.compile()
        self.data = dataset(case) if data is None else data

    @property
    def metrics(self):
        """The two running means."""
        return [self.d_mean, self.g_mean]

    def train_step(self, real):
        """D first, then G on new latents."""
        n = tf.shape(real)[0]
        fake = self.generator(self.latents(n), training=True)
        with tf.GradientTape() as tape:
            d_loss = self.d_loss(real, fake, n)
        weights = self.discriminator.trainable_weights
        self.d_adam.apply_gradients(zip(tape.gradient(d_loss, weights), weights))
        latents = self.latents(n)
        with tf.GradientTape() as tape:
            fake = self.generator(latents, training=True)
            g_loss = self.g_loss(self.discriminator(fake, training=True), n)
        weights = self.generator.trainable_weights
        self.g_adam.apply_gradients(zip(tape.gradient(g_loss, weights), weights))
        self.d_mean.update_state(d_loss)
        self.g_mean.update_state(g_loss)
        return {"d_loss": self.d_mean.result(), "g_loss": self.g_mean.result()}

    def latents(self, n):
        """Draw latents."""
        return keras.random.normal((n, cases.LATENT_DIM), seed=self.seed_generator)

    def d_loss(self, real, fake, n):
        """What D learns from, with a penalty of its slope."""
        if self.case.wasserstein:
            fake_logits = self.discriminator(fake, training=True)
            real_logits = self.discriminator(real, training=True)
            loss = tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
            mix = tf.random.uniform((n, 1, 1, 1))
            slope = self.slope(real + mix * (fake - real))
            norm = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=[1, 2, 3]))
            return loss + cases.GP_WEIGHT * tf.reduce_mean((norm - 1.0) ** 2)
        labels = tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], axis=0)
        labels += 0.05 * tf.random.uniform(tf.shape(labels))
        both = tf.concat([fake, real], axis=0)
        loss = self.bce(labels, self.discriminator(both, training=True))
        if self.case.penalty == "r1":
            square = tf.reduce_sum(tf.square(self.slope(real)), axis=[1, 2, 3])
            loss += cases.R1_WEIGHT / 2 * tf.reduce_mean(square)
        return loss

    def slope(self, samples):
        """D's gradient at samples."""
        with tf.GradientTape() as tape:
            tape.watch(samples)
            outputs = self.discriminator(samples, training=True)
        return tape.gradient(outputs, samples)

    def g_loss(self, fake_logits, n):
        """What G learns from; fakes are labelled 1 in the example."""
        if self.case.wasserstein:
            return -tf.reduce_mean(fake_logits)
        return self.bce(tf.zeros((n, 1)), fake_logits)

    def train(self, steps):
        """Take so many steps; return when they began."""
        clock = Clock()
        self.fit(self.data, steps_per_epoch=steps, verbose=0, callbacks=[clock])
        return clock.began

    def generate(self, n):
        """Make so many samples."""
        latents = keras.random.normal((n, cases.LATENT_DIM))
        return self.generator.predict(latents, batch_size=min(n, 500), verbose=0)


def own_networks():
    """Return the DCGAN example's layers, for 28 pixels: two each, and narrower."""
    leaky = {"negative_slope": 0.2}
    discriminator = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2D(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1),
        ]
    )
    generator = keras.Sequential(
        [
            keras.Input((cases.LATENT_DIM,)),
            layers.Dense(7 * 7 * 128),
            layers.Reshape((7, 7, 128)),
            layers.Conv2DTranspose(128, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2DTranspose(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(**leaky),
            layers.Conv2D(1, 5, padding="same", activation="tanh"),
        ]
    )
    return generator, discriminator


def own_adam():
    """Return the DCGAN example's optimizer."""
    return keras.optimizers.Adam(1e-4)
