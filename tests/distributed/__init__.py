"""One GAN on several devices and in several processes: the same numbers."""
