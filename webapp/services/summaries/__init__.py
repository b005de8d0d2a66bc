"""The yearly summaries of employers, one or all: their figures, and who they are."""
