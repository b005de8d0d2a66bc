"""Certificates of good standing: who may have one, its paper, and its end."""
