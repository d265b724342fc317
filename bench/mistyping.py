"""Typing errors as people make them, for questions that a measurement asks once more with errors."""

import random

_SOUNDS = (
    ("ij", "ei"), ("ei", "ij"), ("ou", "au"), ("au", "ou"), ("dt", "d"), ("c", "k"), ("z", "s"), ("v", "f"),
    ("d", "t"), ("ch", "g"), ("ie", "i"), ("ee", "e"), ("aa", "a"), ("oo", "o"), ("ll", "l"), ("tt", "t"),
)  # fmt: skip
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 5  # letters; shorter words are hardly ever mistyped, and say little


def mistyped(question: str, chance: random.Random) -> str:
    """The question with an error in one to three of its longer words."""
    words = question.split()
    long = [place for place, word in enumerate(words) if len(word) >= _SHORTEST]
    wanted = 1 + (len(words) > 5) + (chance.random() < 0.4)
    for place in chance.sample(long, min(len(long), wanted)):
        words[place] = _word(words[place], chance)
    return " ".join(words)


def _word(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    kind = chance.random()
    heard = [pair for pair in _SOUNDS if pair[0] in word[1:]]
    if kind < 0.35 and heard:  # spelled as it sounds
        sound, written = chance.choice(heard)
        at = word.index(sound, 1)
        return word[:at] + written + word[at + len(sound) :]
    if kind < 0.55:  # a letter left out
        return word[:at] + word[at + 1 :]
    if kind < 0.75:  # two letters swapped
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    row = next((keys for keys in _KEYS if word[at].lower() in keys), "")
    if kind < 0.87 or not row:  # a letter twice
        return word[:at] + word[at] + word[at:]
    beside = row.index(word[at].lower()) + chance.choice((-1, 1))
    return word[:at] + row[beside % len(row)] + word[at + 1 :]
