"""Contests: what employers object to of a debit, what that does to it, and what the office answers.

A due that is contested is `contested`: no run plans it, and being late with it costs nothing. It
leaves a debit that has not left for the bank; in one that has, its line stays, for its money may
still come. What was received already stays settled, and the contest is about that money.
"""
