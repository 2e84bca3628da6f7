"""The demo: a standard store with people and a year of believable work, made from a seed.

`people` and `story` are data; `store` builds the structure, `happenings` the interactions and ratings on it,
`accounts` says who may sign in. The same seed, day and language give the same data.
"""
