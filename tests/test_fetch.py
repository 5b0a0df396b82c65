"""`fetch` against the service on loopback: complete, in few calls, whatever fails."""

from comtrade_service.compare import lake_rows, settings_for, world_rows
from comtrade_service.service import Service
from comtrade_service.world import World
from mirror.lake import Lake
from mirror.steps.fetch import FetchRequest, fetch, plan


def test_brings_every_row_once_in_one_call_for_each_batch(tmp_path):
    world = World(reporters=6, partners=8)
    request = FetchRequest.of_span("A", "2020", "2023")
    with Service(world).running() as service:
        settings = settings_for(service, tmp_path)
        expected = plan(request, settings)
        report = fetch(request, settings)
    assert report.is_complete and report.failures == ()
    assert (report.keyed_calls, report.public_calls) == (1, 1)
    assert expected.is_guess and expected.calls_left == 500
    with Lake.reading(tmp_path / "lake") as lake:
        assert lake_rows(lake) == world_rows(world, request.periods)
        assert lake.verify() == 2
