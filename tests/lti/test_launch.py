from tests.lti.conftest import Room


def test_a_signed_launch_becomes_values(room: Room) -> None:
    launch = room.launch()

    assert launch.sub == "user-1"
    assert launch.registration == room.registration
