"""Killing the real program, and counting what became of what people said and of what they were owed.

The program runs as a process of its own against the local Bot API server, which runs in the process of the
test: so a test can strike at an exact moment, in the very call of the bot that it waits for. The product has
no code for any of this.
"""
