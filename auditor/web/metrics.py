"""Counts for Prometheus: no names, no links, nothing of what was handed in."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """What ``/metrics`` tells."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.uploads = Counter("auditor_uploads", "Uploads by outcome", ["outcome"], registry=own)
        self.audits = Counter("auditor_audits", "Audits by outcome", ["outcome"], registry=own)
        self.refused = Counter("auditor_refused", "Requests refused", ["why"], registry=own)
        self.waiting = Gauge("auditor_waiting_rounds", "Confirmed uploads that wait", registry=own)
        self.answered = Histogram(
            "auditor_request_seconds", "Time to answer, by route", ["route"], registry=own
        )


METRICS = Metrics()
