"""Pictures of samples: laid out, drawn, and put into files, TensorBoard or a notebook.

`draw` makes one picture of many samples, as a `grid` of images or a `scatter` of
points, and `layout` says which samples it shows; `png` and `animation` are its files,
`frame_folder`, `image_summary` and `notebook_output` the places that a training shows
it in. Callbacks, the command line and the benchmarks draw with it.
"""
