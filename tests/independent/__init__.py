"""A Matrix client that shares no code with the bot: matrix-js-sdk, as strict about devices as it can be.

`python -m tests.independent [--out FILE]` has an encrypted conversation with the real program, and prints it.
"""
