"""A believable register with its mandates, declarations and earlier runs, the same for a seed."""
