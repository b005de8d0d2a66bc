"""Forms: what people type, read by the rules of domain, with a message beside each field."""
