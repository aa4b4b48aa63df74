"""Registry: names, and errors that list them."""

from typing import Any

import pytest

from keras_gan.registry import Registry, unknown


class Animal:
    """The base of the family."""


class Cat(Animal):
    """One."""


class GreatAuk(Animal):
    """Another, of two words."""


ANIMALS = Registry("animal", Animal, {"cat": Cat, "great_auk": GreatAuk})


def test_names_come_in_order_of_registration() -> None:
    assert ANIMALS.names() == ["cat", "great_auk"]


@pytest.mark.parametrize(
    "name", ["great_auk", "Great-Auk", "GREATAUK", "great auk", "GreatAuk"]
)
def test_names_are_matched_loosely(name: str) -> None:
    assert type(ANIMALS.get(name)) is GreatAuk


def test_a_name_gives_a_new_object_each_time() -> None:
    assert ANIMALS.get("cat") is not ANIMALS.get("cat")


def test_objects_are_given_back_and_functions_where_they_are_members() -> None:
    cat = Cat()
    assert ANIMALS.get(cat) is cat
    with pytest.raises(TypeError, match="Received: <built-in function len>"):
        ANIMALS.get(len)
    assert Registry("animal", Animal, {}, functions=True).get(len) is len


def test_unknown_name() -> None:
    with pytest.raises(ValueError) as error:
        ANIMALS.get("great_duck")
    assert str(error.value) == (
        "Unknown animal 'great_duck'. Did you mean 'great_auk'? Known: cat, great_auk."
    )


@pytest.mark.parametrize("wrong", [3, None, Cat, ["cat"]])
def test_what_is_no_member(wrong: Any) -> None:
    with pytest.raises(
        TypeError, match="animal must be a name or an object of class Animal"
    ):
        ANIMALS.get(wrong)


def test_message_without_a_near_name() -> None:
    assert unknown("thing", "zzz", ["a", "b"]) == "Unknown thing 'zzz'. Known: a, b."


def test_message_with_several_near_names() -> None:
    message = unknown("loss", "hinges", iter(["hinge", "hinged", "minimax"]))
    assert "Did you mean 'hinge' or 'hinged'?" in message or (
        "Did you mean 'hinged' or 'hinge'?" in message
    )
    assert message.endswith("Known: hinge, hinged, minimax.")


def test_near_names_are_found_whatever_the_case() -> None:
    assert "Did you mean 'hinge'?" in unknown("loss", "HINGES", ["hinge"])
