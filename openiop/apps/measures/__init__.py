"""Measures given to clients: what was answered, what it says, and how it moves.

A measure is a draft until it is finished; then it stays as it is. A correction is a new row that names the
one it takes the place of. Raw answers, the version of the form and the version of the scoring are kept with
each, so that every figure can be reckoned again.
"""
