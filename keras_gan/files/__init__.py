"""Files on disk: written whole or not at all, and read without trust.

`atomic_write` moves what was written into its place. `loading` reads models, once
`keras_archive` and `keras_config` have looked through their files. `cache` is where
downloads and computed statistics are kept.
"""
