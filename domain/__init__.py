"""What is true without a database, a network or a clock."""
