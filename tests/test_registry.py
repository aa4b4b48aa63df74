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


def _registry(**aliases: str) -> Registry:
    return Registry(
        "animal", Animal, {"cat": Cat, "great_auk": GreatAuk}, False, aliases
    )


def test_aliases_are_matched_like_names_and_not_listed() -> None:
    registry = _registry(big_penguin="great_auk")
    assert type(registry.get("Big-Penguin")) is GreatAuk
    assert registry.names() == ["cat", "great_auk"]


def test_aliases_are_shown_where_they_are_near_and_no_name_is() -> None:
    registry = _registry(big_penguin="great_auk", cats="cat")
    with pytest.raises(ValueError) as error:
        registry.get("penguin")
    assert str(error.value) == (
        "Unknown animal 'penguin'. Did you mean 'big_penguin'? Known: cat, great_auk."
    )
    with pytest.raises(ValueError, match=r"Did you mean 'cat'\? Known: cat, great_auk"):
        registry.get("catt")


def test_aliases_of_nothing_and_of_two_members_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"aliases\['dog'\] must be .* animal.* 'wolf'"
    ):
        _registry(dog="wolf")
    with pytest.raises(ValueError, match=r"'GreatAuk' is taken.*animal 'great_auk'"):
        _registry(GreatAuk="cat")
    with pytest.raises(ValueError, match=r"'to_m' is taken.*animal 'cat'"):
        _registry(tom="cat", to_m="great_auk")


def test_a_registered_class_is_a_member_like_the_others() -> None:
    class Dog(Animal):
        """A third."""

    registry = _registry()
    registry.register("good_dog", Dog)
    assert type(registry.get("GoodDog")) is Dog
    assert registry.names() == ["cat", "great_auk", "good_dog"]
    assert "good_dog" not in ANIMALS.names()


@pytest.mark.parametrize("name", ["cat", "Great Auk", "puss"])
def test_a_taken_name_is_refused(name: str) -> None:
    registry = _registry(puss="cat")
    with pytest.raises(ValueError, match=f"The name '{name}' is taken"):
        registry.register(name, Cat)


@pytest.mark.parametrize("member", [int, Cat(), "cat", len, None])
def test_what_is_no_class_of_the_family_is_not_registered(member: Any) -> None:
    with pytest.raises(TypeError, match=r"must be a subclass of Animal.* for 'new'"):
        _registry().register("new", member)


def test_what_is_no_name_is_not_registered() -> None:
    with pytest.raises(TypeError, match=r"name must be a string\. Received: name=3"):
        _registry().register(3, Cat)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"must have a name\. Received: ' _'"):
        _registry().register(" _", Cat)


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
