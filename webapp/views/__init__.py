"""The pages, one package per audience; a view fetches, hands values to a template, and ends."""
