"""What employers are told once, after the fact: which reminder, which debit, which charge.

Each kind of news finds what nobody was told of within the last days, by indexes of its own, so
that what is long past costs nothing; a key in the same transaction as its message keeps each from
being told again, whatever was killed in between.
"""
