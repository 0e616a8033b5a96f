"""Audit rows hold no foreign keys: nothing that was audited becomes undeletable, and no row can vanish by cascade."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager


class Event(models.Model):
    """One thing that someone did or looked at.

    `hash` covers every other column and `previous`, so that a changed, removed or inserted row breaks
    the chain of its organisation (`openiop audit verify`).
    """

    organization_id = models.BigIntegerField()
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=16, blank=True)
    actor_name = models.CharField(max_length=120)
    actor_roles = models.CharField(max_length=200, blank=True)
    via = models.CharField(max_length=8)
    reason = models.CharField(max_length=500, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=16, blank=True)
    client_id = models.CharField(max_length=16, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: Any = ScopedManager(organization="organization_id")

    class Meta:
        """One chain an organisation; the two look-ups are a record's history and a client's history."""

        ordering = ("organization_id", "sequence")
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "sequence"], name="audit_event_one_chain")
        ]
        indexes = [
            models.Index(fields=["organization_id", "client_id", "-sequence"], name="audit_event_client"),
            models.Index(
                fields=["organization_id", "subject_type", "subject_id", "-sequence"],
                name="audit_event_subject",
            ),
        ]

    def __str__(self) -> str:
        """Name the event without personal data."""
        return f"event {self.organization_id}/{self.sequence} {self.action}"


class Head(models.Model):
    """The end of an organisation's chain; whoever writes takes its lock first (ADR: one writer per organisation)."""

    organization_id = models.BigIntegerField(primary_key=True)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        """Name the head."""
        return f"head {self.organization_id}/{self.sequence}"
