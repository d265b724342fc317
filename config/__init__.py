"""What differs from one installation to the next."""
