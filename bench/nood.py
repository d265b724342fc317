"""Fits when a card for danger is shown without a pattern that says so, and writes search/data/nood.json.

    python -m bench.nood VRAGEN.jsonl...

What people in danger write are the sample questions of the cards for danger; what others write are those of the other
cards, each asked where it was left out, and the questions of VRAGEN. Questions about safety are not asked: they stand
on the border, and both answers are good there. Of each kind is printed how many would get the card.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from bench.weging import FOLDS, Array, Kept, _finder, _without, logistic
from bot.entry import KENNIS
from search import alarm, articles, scope, weighing
from search.finder import Finder
from search.library import document
from search.meaning import load_model
from search.questionfile import read_questions

_ABOUT_SAFETY = "veiligheid"
_BELIEVED = 0.35  # of those left out when fitting one in a hundred gets the card for nothing


def main() -> None:
    """Fits with the model and without it, and writes both."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("vragen", nargs="+", type=Path)
    given = arguments.parse_args()
    asked = [one for file in given.vragen for one in read_questions(file) if _ABOUT_SAFETY not in one.right]
    cards = scope.load(KENNIS / "grenzen.yaml")
    calm = [one.text for one in asked if not any(card.recognises(scope.bare(one.text)) for card in cards if card.nood)]
    model = Kept(load_model())
    written: dict[str, Any] = {}
    for name, weights, chosen in (("model", "artikelen", model), ("woorden", "artikelen-woorden", None)):
        rows, came = _seen(cards, calm, weighing.weights()[weights].signals, chosen)
        mean, spread, fitted = logistic(rows, came, np.ones(len(came)))
        chances = 1 / (1 + np.exp(-((rows - mean) / spread @ fitted[:-1] + fitted[-1])))
        over = chances >= _BELIEVED
        print(
            f"{name}: in danger {over[came == 1].mean():.3f} of {int(came.sum())}, others {over[came == 0].mean():.4f}"
        )
        written[name] = {
            "features": _rounded(fitted[:-1]),
            "mean": _rounded(mean),
            "spread": _rounded(spread),
            "constant": round(float(fitted[-1]), 4),
            "believed": _BELIEVED,
        }
    file = Path(alarm.__file__).parent / "data" / "nood.json"
    file.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    print(f"written to {file}")


def _seen(
    cards: tuple[scope.Card, ...], calm: list[str], weights: tuple[float, ...], model: Kept | None
) -> tuple[Array, Array]:
    danger = np.array([card.nood for card in cards])
    whole = _finder([document(article) for article in articles.load(KENNIS)], model)

    def look(beyond: Finder, text: str) -> Array:
        asked = whole.asked(text, model)
        return alarm.features(whole.signals(asked), beyond.signals(asked), danger, weights)

    rows, came = [], []
    for out in range(FOLDS):
        beyond = _finder([_without(card.document(), out) for card in cards], model, whole)
        for card in cards:
            for text in card.vragen[out::FOLDS]:
                rows.append(look(beyond, text))
                came.append(float(card.nood))
    beyond = _finder([card.document() for card in cards], model, whole)
    rows += [look(beyond, text) for text in calm]
    return np.array(rows), np.array(came + [0.0] * len(calm))


def _rounded(found: Array) -> list[float]:
    return [round(float(one), 4) for one in found]


if __name__ == "__main__":
    main()
