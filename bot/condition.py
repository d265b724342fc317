"""How each platform is doing, as far as the program notices: written down when it changes, for who looks."""

from collections.abc import Iterable, Mapping


class Conditions:
    """What went wrong last with each platform, until something goes right again."""

    def __init__(self, names: Iterable[str]) -> None:
        self._errors: dict[str, str | None] = dict.fromkeys(names)
        self._changed: set[str] = set()

    def fails(self, name: str, error: str) -> None:
        """The whole platform does not work now; `error` says what is wrong, without anything people wrote."""
        self._set(name, error)

    def works(self, name: str) -> None:
        """Something came in from the platform, or was taken by it."""
        self._set(name, None)

    def _set(self, name: str, error: str | None) -> None:
        if self._errors.get(name) != error:
            self._errors[name] = error
            self._changed.add(name)

    @property
    def errors(self) -> Mapping[str, str | None]:
        """What is wrong with each platform; None when it works, as far as is known."""
        return self._errors

    def changed(self) -> dict[str, str | None]:
        """What changed and has not been written down yet."""
        return {name: self._errors[name] for name in self._changed}

    def noted(self, written: dict[str, str | None]) -> None:
        """These changes have been written down."""
        self._changed -= {name for name, error in written.items() if self._errors[name] == error}
