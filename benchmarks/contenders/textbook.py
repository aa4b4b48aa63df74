"""The loop of a TensorFlow textbook: tapes and a `tf.function`, batch by batch.

The simultaneous step is that of TensorFlow's DCGAN tutorial, two tapes around one
forward pass. The alternating one shares its generated batch between both players, as
a careful author would.
"""

import keras
import tensorflow as tf

from contenders import case as cases
from contenders.keras_networks import adam, dataset, of_keras


class Contender:
    """A training loop by hand.

    Args:
        case: What is trained.
        xla: Whether `tf.function` compiles with XLA.
    """

    def __init__(self, case, xla=False):
        self.case = case
        self.generator, self.discriminator = of_keras(case)
        self.g_adam, self.d_adam = adam(), adam()
        self.g_adam.build(self.generator.trainable_variables)
        self.d_adam.build(self.discriminator.trainable_variables)
        step = getattr(self, case.rule)
        self.step = tf.function(step, jit_compile=True) if xla else tf.function(step)
        self.data = dataset(case)

    def alternating(self, real):
        """D's update, then G's, on one generated batch."""
        latents = tf.random.normal((self.case.batch, cases.LATENT_DIM))
        with tf.GradientTape() as g_tape:
            fake = self.generator(latents, training=True)
        with tf.GradientTape() as d_tape:
            d_loss = self.d_loss(real, tf.stop_gradient(fake))
        self.update(self.d_adam, d_tape, d_loss, self.discriminator)
        with g_tape:
            g_loss = self.g_loss(self.discriminator(fake, training=True))
        self.update(self.g_adam, g_tape, g_loss, self.generator)
        return d_loss, g_loss

    def simultaneous(self, real):
        """One forward pass under two tapes."""
        latents = tf.random.normal((self.case.batch, cases.LATENT_DIM))
        with tf.GradientTape() as g_tape, tf.GradientTape() as d_tape:
            fake = self.generator(latents, training=True)
            real_logits = self.discriminator(real, training=True)
            fake_logits = self.discriminator(fake, training=True)
            d_loss = self.game(real_logits, fake_logits)
            g_loss = self.g_loss(fake_logits)
        self.update(self.g_adam, g_tape, g_loss, self.generator)
        self.update(self.d_adam, d_tape, d_loss, self.discriminator)
        return d_loss, g_loss

    def game(self, real_logits, fake_logits):
        """D's loss without a penalty."""
        if self.case.wasserstein:
            return tf.reduce_mean(fake_logits) - tf.reduce_mean(real_logits)
        return tf.reduce_mean(tf.nn.softplus(-real_logits)) + tf.reduce_mean(
            tf.nn.softplus(fake_logits)
        )

    def d_loss(self, real, fake):
        """D's loss with its penalty."""
        real_logits = self.discriminator(real, training=True)
        loss = self.game(real_logits, self.discriminator(fake, training=True))
        if self.case.penalty == "r1":
            square = tf.reduce_sum(tf.square(self.slope(real)), axis=[1, 2, 3])
            loss += cases.R1_WEIGHT / 2 * tf.reduce_mean(square)
        if self.case.penalty == "wgan-gp":
            mix = tf.random.uniform((self.case.batch, 1, 1, 1))
            slope = self.slope(real + mix * (fake - real))
            norm = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=[1, 2, 3]))
            loss += cases.GP_WEIGHT * tf.reduce_mean((norm - 1.0) ** 2)
        return loss

    def slope(self, samples):
        """D's gradient at samples."""
        with tf.GradientTape() as tape:
            tape.watch(samples)
            outputs = self.discriminator(samples, training=True)
        return tape.gradient(outputs, samples)

    def g_loss(self, fake_logits):
        """G's loss."""
        if self.case.wasserstein:
            return -tf.reduce_mean(fake_logits)
        return tf.reduce_mean(tf.nn.softplus(-fake_logits))

    def update(self, optimizer, tape, loss, network):
        """Apply a player's gradients."""
        weights = network.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))

    def train(self, steps):
        """Take so many steps."""
        for batch in self.data.take(steps):
            losses = self.step(batch)
        float(losses[0])  # wait for the last

    def generate(self, n):
        """Make so many samples."""
        latents = keras.random.normal((n, cases.LATENT_DIM))
        return self.generator.predict(latents, batch_size=min(n, 500), verbose=0)
