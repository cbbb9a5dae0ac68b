"""`NamedTuple` of backsplit.values: as that of `typing`, for all that is done with it here."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from backsplit import values


class Ours(values.NamedTuple):
    """What it is for."""

    sku: str
    units: int = 1
    group: typing.Optional[str] = None  # noqa: UP045 - a type that `typing` would look at

    @property
    def twice(self) -> int:
        return 2 * self.units

    @classmethod
    def none(cls) -> Ours:
        return cls("", 0)


class Theirs(typing.NamedTuple):
    sku: str
    units: int = 1
    group: typing.Optional[str] = None  # noqa: UP045


def test_a_value_is_made_read_and_compared_as_with_that_of_typing() -> None:
    ours = Ours("A", group="G")
    assert ours == Theirs("A", group="G") == ("A", 1, "G")
    assert (ours.sku, ours.units, ours.group, ours.twice) == ("A", 1, "G", 2)
    assert repr(ours) == repr(Theirs("A", group="G")).replace("Theirs", "Ours")
    assert ours._replace(units=3) == Ours("A", 3, "G")
    assert Ours.none() == ("", 0, None)


def test_it_says_of_itself_what_that_of_typing_says() -> None:
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours.__doc__ == "What it is for."
    assert (Ours.__module__, Ours.__qualname__) == (__name__, "Ours")
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)


def test_it_can_be_copied_and_pickled() -> None:
    ours = Ours("A")
    assert copy.deepcopy(ours) == ours
    assert pickle.loads(pickle.dumps(ours)) == ours


def test_a_value_cannot_be_changed_or_made_without_a_field_that_has_no_default() -> None:
    with pytest.raises(AttributeError):
        Ours("A").sku = "B"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Ours()  # type: ignore[call-arg]
