"""Matrix, through matrix-nio with end-to-end encryption. Nothing outside this folder imports that library."""

from bot.matrix.account import Login
from bot.matrix.platform import Matrix

__all__ = ["Login", "Matrix"]
