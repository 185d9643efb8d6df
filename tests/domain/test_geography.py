"""Distances and boxes on the globe."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.geography import Point, box_around, distance_km, estimate_reach_km, is_position

LONDON = Point(51.5074, -0.1278)
PARIS = Point(48.8566, 2.3522)
NEW_YORK = Point(40.7128, -74.0060)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
HALF_ROUND_KM = 20_015.2


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (LONDON, PARIS, 343.6),
        (NEW_YORK, LONDON, 5570),
        (Point(0, 179.5), Point(0, -179.5), 111),
        (Point(90, 0), Point(-90, 77), 20_015),
        (Point(0, 0), Point(0, 180), 20_015),
    ],
)
def test_known_distances(one: Point, other: Point, kilometres: float) -> None:
    assert distance_km(*one, *other) == pytest.approx(kilometres, rel=0.005)


@given(points)
def test_nothing_is_far_from_itself(point: Point) -> None:
    assert distance_km(*point, *point) == 0


@given(points, points)
def test_distance_is_the_same_both_ways(one: Point, other: Point) -> None:
    there, back = distance_km(*one, *other), distance_km(*other, *one)
    assert 0 <= there <= HALF_ROUND_KM
    assert there == pytest.approx(back, abs=1e-3)


@given(points, points, points)
def test_a_detour_is_never_shorter(one: Point, other: Point, between: Point) -> None:
    direct = distance_km(*one, *other)
    assert direct <= distance_km(*one, *between) + distance_km(*between, *other) + 0.1


@given(points, points, st.floats(1, 400))
def test_a_box_holds_all_that_is_near(centre: Point, point: Point, reach: float) -> None:
    if distance_km(*centre, *point) > reach * 0.999:
        return
    box = box_around(*centre, reach)
    assert box.south - 1e-6 <= point.latitude <= box.north + 1e-6
    east_of_west = (point.longitude - box.west + 1e-6) % 360
    assert east_of_west <= (box.east - box.west) % 360 + 2e-6 or box.east - box.west == 360


@given(st.floats(-85, 85), st.floats(-180, 180), st.floats(0, 359.99), st.floats(1, 400))
def test_a_box_holds_the_points_on_its_circle(latitude: float, longitude: float, bearing: float, reach: float) -> None:
    point = _walk(Point(latitude, longitude), bearing, reach * 0.999)
    box = box_around(latitude, longitude, reach)
    assert box.south <= point.latitude <= box.north
    if box.west <= box.east:
        assert box.west <= point.longitude <= box.east
    else:
        assert point.longitude >= box.west or point.longitude <= box.east


@pytest.mark.parametrize(
    ("latitude", "longitude", "valid"),
    [(0, 0, True), (-90, 180, True), (91, 0, False), (0, 181, False), (math.nan, 0, False), (0, math.inf, False)],
)
def test_what_is_a_position(latitude: float, longitude: float, valid: bool) -> None:
    assert is_position(latitude, longitude) is valid


def test_reach_grows_with_the_town_and_is_bounded() -> None:
    reaches = [estimate_reach_km(population) for population in (-1, 0, 15_000, 500_000, 30_000_000)]
    assert reaches == sorted(reaches)
    assert reaches[0] == 0
    assert reaches[-1] == 12


def _walk(start: Point, bearing: float, kilometres: float) -> Point:
    """Where one arrives who goes straight on from `start`."""
    angle, course, latitude = kilometres / 6371.0088, math.radians(bearing), math.radians(start.latitude)
    sine = math.sin(latitude) * math.cos(angle) + math.cos(latitude) * math.sin(angle) * math.cos(course)
    east = math.sin(course) * math.sin(angle) * math.cos(latitude)
    turn = math.degrees(math.atan2(east, math.cos(angle) - math.sin(latitude) * sine))
    return Point(math.degrees(math.asin(sine)), (start.longitude + turn + 180) % 360 - 180)
