"""Notes of care: one mechanism for all of them.

template   what a kind of note asks, read from the catalogue; what is still missing before it is signed
standing   how a note stands, and who may do what to it
facts      when, how long, with whom, towards which objective
clocks     by when it is signed and co-signed; late is marked, never blocked and never back-dated
frozen     what is signed as plain data, and its fingerprint
group      one group, many charts: what each chart says, lines read alike, other people's names
"""

from openiop.domain.notes.template import Ask, Field, Template, read_template

__all__ = ["Ask", "Field", "Template", "read_template"]
