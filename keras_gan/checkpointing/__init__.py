"""What it takes to go on where a killed training stopped, bit for bit.

`files` keeps folders that are whole or absent, with checksums; `state` is what such
a folder holds of a GAN; `memory` is what callbacks remember; `settings` tells whether
it is still the same training, `past` whether the GAN has learnt elsewhere since;
`position` finds a place in the data again; `signals` lets a step end before the process
does; `fit` puts them together around Keras's `fit`.
"""
