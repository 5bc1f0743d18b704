"""Receivers that hang or fail beside a service that crawls: no crawl waits, no alert is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from palimpsest.alerts import pump
from palimpsest.alerts.channels import new_channel
from palimpsest.newsroom import Verdict
from palimpsest.schedule import new_schedule
from palimpsest.service import Periodic, send_alerts, serve
from palimpsest.storage import DeliveryState, Watch

from .conftest import Desk
from .receivers import Webhook


@pytest.fixture
def receivers() -> Iterator[tuple[Webhook, Webhook, Webhook]]:
    """One that hangs, one that answers 500, and a good one."""
    made = Webhook(), Webhook(), Webhook()
    made[0].hang = True
    made[1].status = 500
    yield made
    for receiver in made:
        receiver.close()


def test_receivers_that_hang_or_fail_delay_no_crawl_and_lose_no_alert(
    desk: Desk, receivers: tuple[Webhook, Webhook, Webhook]
) -> None:
    hanging, failing, _ = receivers
    archive, now = desk.archive, datetime.now(UTC)
    alerts = archive.settings.alerts.model_copy(update={"timeout": 120.0, "rate": 1000})
    archive.settings = archive.settings.model_copy(update={"alerts": alerts})
    source = desk.add("courrier")
    desk.crawl()
    for receiver in receivers:
        archive.add_watch(Watch(source="courrier", channels=(new_channel(receiver.address),)), now=now)
    desk.newsroom.advance()
    desk.crawl(again=True)
    wanted = {
        desk.article(edit.url).id
        for edit in desk.newsroom.script()
        if edit.step == 1 and edit.outlet == "courrier" and edit.verdict is Verdict.ALERT
    }
    hung, crawled = Event(), Event()
    hanging.before_answering = hung.set
    stop = Event()

    def tell(line: str) -> None:
        if line.startswith("courrier, scheduled:"):
            crawled.set()

    periodic = [Periodic(name="alerts", seconds=0.02, work=send_alerts)]
    service = Thread(target=serve, args=(archive, stop), kwargs={"tell": tell, "periodic": periodic})
    service.start()
    try:
        assert hung.wait(30)
        # The receiver has the sender in its hand, and keeps it; now a crawl falls due, and is made.
        archive.save_schedule(new_schedule(source.id, now=now, every=timedelta(minutes=1)))
        assert crawled.wait(60)
        assert len(hanging.got) == 1
        assert archive.deliveries(watch_id=1)[0].state is DeliveryState.PENDING
    finally:
        hanging.let_go()
        stop.set()
        service.join(60)
    assert not service.is_alive()

    # The dead come back a day later, and get what was theirs.
    for receiver in (hanging, failing):
        receiver.hang, receiver.status = False, 200
        receiver.got.clear()
    pump(archive, now=now + timedelta(days=1))
    pump(archive, now=now + timedelta(days=2))
    assert wanted
    for receiver in receivers:
        assert {alert["article"] for alert in receiver.alerts} == wanted
