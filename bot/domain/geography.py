"""Distances on the globe. Latitudes and longitudes are decimal degrees, distances are kilometres."""

from math import asin, cos, degrees, pi, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = pi * EARTH_RADIUS_KM / 180
PEOPLE_PER_KM2 = 4000
LARGEST_REACH_KM = 12.0


class Point(NamedTuple):
    """A position in decimal degrees, north and east positive."""

    latitude: float
    longitude: float


class Box(NamedTuple):
    """Bounds in decimal degrees; where the box crosses the date line, `west` is greater than `east`."""

    south: float
    north: float
    west: float
    east: float


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """The great-circle distance between two positions in kilometres, good to about 0.5 %."""
    north, east = radians(lat2 - lat1) / 2, radians(lon2 - lon1) / 2
    chord = sin(north) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, max(0.0, chord))))


def is_position(latitude: float, longitude: float) -> bool:
    """Whether the two numbers can be a position on Earth; false for NaN and infinities."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def box_around(latitude: float, longitude: float, reach_km: float) -> Box:
    """A box that holds every point within `reach_km`, and some beyond; all longitudes near a pole."""
    height = reach_km / KM_PER_DEGREE
    south, north = latitude - height, latitude + height
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
    width = degrees(asin(min(1.0, sin(radians(height)) / cos(radians(latitude)))))
    return Box(south, north, _wrap(longitude - width), _wrap(longitude + width))


def estimate_reach_km(population: int) -> float:
    """How far from its centre a town of this size still is itself: a guess, 12 km at most."""
    return min(LARGEST_REACH_KM, sqrt(max(0, population) / PEOPLE_PER_KM2 / pi))


def _wrap(longitude: float) -> float:
    return (longitude + 180) % 360 - 180
