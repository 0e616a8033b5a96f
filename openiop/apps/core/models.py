"""The base of every row that belongs to an organisation."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager

from openiop.apps.core.ids import LENGTH, new_public_id


def public_id_field() -> models.CharField[str, str]:
    """Return the column that URLs, files and machines may see."""
    return models.CharField(max_length=LENGTH, unique=True, editable=False, default=new_public_id)


class TenantRow(models.Model):
    """A row of one organisation.

    `objects` refuses to answer outside a tenant scope (django-scopes); PostgreSQL refuses as well
    (row-level security, `openiop.apps.core.guards`). Either alone must hold (ADR 0004).
    """

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    public_id = public_id_field()
    created_at = models.DateTimeField()

    objects: Any = ScopedManager(organization="organization")

    class Meta:
        """Abstract: each app brings its own table."""

        abstract = True

    def __str__(self) -> str:
        """Name the row without saying anything about a person: this text may reach a log."""
        return f"{self._meta.model_name} {self.public_id}"
