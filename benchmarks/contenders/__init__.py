"""What `peers.py` compares: one GAN training, in each of the ways to write it."""
