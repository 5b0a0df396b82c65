"""What only Prefect's server can see of the monthly runs: one that died, one that nobody began.

Run it once, and again after MIRROR_WEBHOOK_URL has changed: what stands is replaced.
"""

import sys
from datetime import timedelta

from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.types import SecretDict

from mirror.settings import Notices

BEAT = "prefect.flow-run.heartbeat"
BEGINS = {f"prefect.flow-run.{begin}" for begin in ("Pending", "Running")}
ENDS = {f"prefect.flow-run.{end}" for end in ("Completed", "Failed", "Cancelled", "Crashed")}
SILENCE = timedelta(minutes=10)
"""Ten of the heartbeats that prefect.toml asks for."""
RUNS = ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"})
MONTHLY = ResourceSpecification(
    {"prefect.resource.role": "flow", "prefect.resource.name": "monthly"}
)
BLOCK = "mirror"
PAYLOAD = """{"text": "mirror: monthly {{ flow_run.name }} %s", "flow": "monthly",
"run": "{{ flow_run.name }}", "run_id": "{{ flow_run.id }}", "state": "%s"}"""


def died(calls: list[CallWebhook]) -> AutomationCore:
    """Mark a run as crashed that gave no sign of life for so long, as one whose worker died."""
    trigger = EventTrigger(
        match=RUNS, match_related=MONTHLY, for_each={"prefect.resource.id"},
        after={BEAT, *BEGINS}, expect={BEAT, *ENDS}, posture=Posture.Proactive, within=SILENCE,
    )  # fmt: skip
    crash = ChangeFlowRunState(
        state=StateType.CRASHED, message="No sign of life for ten minutes: the process died."
    )
    return AutomationCore(name="mirror: a run died", trigger=trigger, actions=[crash, *calls])


def late(calls: list[CallWebhook]) -> AutomationCore:
    """Tell of a run that no worker has begun."""
    trigger = EventTrigger(
        match=RUNS, match_related=MONTHLY, for_each={"prefect.resource.id"},
        expect={"prefect.flow-run.Late"}, posture=Posture.Reactive,
    )  # fmt: skip
    return AutomationCore(name="mirror: a run is late", trigger=trigger, actions=[*calls])


def calls(said: str, state: str) -> list[CallWebhook]:
    """Call the webhook of the settings, if there is one."""
    address = Notices().webhook_url
    if address is None:
        return []
    hook = Webhook(url=address, headers=SecretDict({"Content-Type": "application/json"}))
    block = hook.save(BLOCK, overwrite=True)
    return [CallWebhook(block_document_id=block, payload=PAYLOAD % (said, state))]


def replace(automation: AutomationCore) -> None:
    """Make an automation, in the place of any of its name; none that would do nothing."""
    with get_client(sync_client=True) as client:
        for standing in client.read_automations_by_name(automation.name):
            client.delete_automation(standing.id)
        if automation.actions:
            client.create_automation(automation)
            sys.stdout.write(f"{automation.name}\n")


if __name__ == "__main__":
    replace(died(calls("died", "Crashed")))
    replace(late(calls("is late: see whether a worker is running", "Late")))
