"""What we are measured beside: small bots that do the same job another way."""
