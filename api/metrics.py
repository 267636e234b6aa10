"""What the API counts for Prometheus; the outcome of every door, and what waits behind them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

__all__ = ["ApiMetrics"]


class ApiMetrics:
    """The metrics of one API process, in a registry of their own."""

    def __init__(self) -> None:
        """Create them at zero."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.alerts = Counter(
            "holdfast_alerts",
            "Alerts received, by what they were: new, or repeating a known episode.",
            ["source", "outcome"],
            registry=self.registry,
        )
        self.deliveries = Counter(
            "holdfast_deliveries",
            "Deliveries of alerts accepted, by whether the same bytes came before.",
            ["source", "outcome"],
            registry=self.registry,
        )
        self.problems = Counter(
            "holdfast_problems",
            "Answers that were problems, by code.",
            ["code"],
            registry=self.registry,
        )
        self.submissions = Counter(
            "holdfast_submissions_sent",
            "Signed submissions that Temporal has taken, by type.",
            ["type"],
            registry=self.registry,
        )
        self.outbox_waiting = Gauge(
            "holdfast_outbox_waiting",
            "Submissions in the outbox that Temporal has not taken yet.",
            registry=self.registry,
        )
        self.stale_contacts = Gauge(
            "holdfast_directory_stale_contacts",
            "Contacts of the stakeholder directory whose points nobody has confirmed in time.",
            registry=self.registry,
        )
        self.unreachable_contacts = Gauge(
            "holdfast_directory_unreachable_contacts",
            "Contacts of the stakeholder directory without mail address and telephone number.",
            registry=self.registry,
        )
        self.key_figures = Gauge(
            "holdfast_kpi",
            "Key figures of the last ninety days, by name and statistic; computed after a scrape.",
            ["name", "statistic"],
            registry=self.registry,
        )
        self.refused_links = Counter(
            "holdfast_vendor_links_refused",
            "Links of providers that were refused, by reason, recorded or only counted.",
            ["reason", "outcome"],
            registry=self.registry,
        )
        self.refused_webhooks = Counter(
            "holdfast_webhooks_refused",
            "Webhooks of ticket systems that were not genuine, by what was wrong with them.",
            ["reason"],
            registry=self.registry,
        )
        self.relay_failures = Counter(
            "holdfast_relay_failures",
            "Attempts of the relay that failed, by part.",
            ["part"],
            registry=self.registry,
        )
        self.requests = Histogram(
            "holdfast_request_seconds",
            "Duration of requests, by route and status class.",
            ["method", "route", "status"],
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
            registry=self.registry,
        )
