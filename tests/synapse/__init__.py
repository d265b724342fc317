"""A real Matrix server, started by the tests: Synapse, on this machine only, with a database in a file.

It is there as the fixture `synapse` (see tests/conftest.py): one a test session, so each test takes accounts and
rooms of its own. A test that stops or kills the server starts one of its own.
"""

from tests.synapse.server import Account, Answer, Synapse

__all__ = ["Account", "Answer", "Synapse"]
