"""One record of every kind that a route can name, so that every address of the site can be opened."""

from tests.world.make import make_world
from tests.world.values import World

__all__ = ["World", "make_world"]
