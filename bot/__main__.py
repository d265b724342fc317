"""`python -m bot` is the command `raadsmaat`."""

from bot.commands import run

if __name__ == "__main__":
    run()
