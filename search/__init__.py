"""Finding the article that answers a question, and knowing when none does."""
