"""Organisations, sites, users and memberships. These tables are read before a tenant is known."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from openiop.apps.accounts.roles import ROLE_CHOICES
from openiop.apps.core.models import TenantRow, public_id_field


class Organization(models.Model):
    """A provider with its own data; the tenant."""

    public_id = public_id_field()
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    requires_mfa = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name people use."""
        return self.name


class Site(TenantRow):
    """A place where care is given, with its own clock and opening hours."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    phone = models.CharField(max_length=30, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    opening_hours = models.JSONField(default=list, help_text="[[weekday 0-6, start minute, end minute], ...]")
    week_starts_on = models.PositiveSmallIntegerField(default=0, help_text="0 = Monday, 6 = Sunday")

    class Meta(TenantRow.Meta):
        """A site's name is unique within its organisation."""

        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="accounts_site_name")]

    def __str__(self) -> str:
        """Return the name people use."""
        return self.name


class User(AbstractUser):
    """A person who signs in. One sign-in may hold roles in several organisations."""

    public_id = public_id_field()
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=120, blank=True)
    credentials = models.CharField(
        max_length=40, blank=True, help_text="As written behind the name: LMFT, RN."
    )
    language = models.CharField(max_length=5, default="en")
    last_seen_at = models.DateTimeField(null=True)
    signed_out_at = models.DateTimeField(null=True, help_text="Sessions opened before this are over.")

    class Meta(AbstractUser.Meta):
        """One sign-in name and one address for each person, however they are written."""

        constraints = [
            models.UniqueConstraint(Lower("username"), name="accounts_user_name"),
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="accounts_user_email"
            ),
        ]

    def __str__(self) -> str:
        """Name the row without personal data."""
        return f"user {self.public_id}"

    @property
    def shown_name(self) -> str:
        """Return the name other people see, with credentials."""
        return f"{self.plain_name}, {self.credentials}" if self.credentials else self.plain_name

    @property
    def plain_name(self) -> str:
        """Return the name alone, for narrow places."""
        return self.display_name or self.get_full_name() or self.username


class Membership(models.Model):
    """One role of one user in one organisation, at one site or at all of them (`site` empty)."""

    public_id = public_id_field()
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=ROLE_CHOICES)
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One open row for a role at a site."""

        constraints = [
            models.UniqueConstraint(
                fields=["organization", "user", "role", "site"],
                condition=models.Q(ended_at__isnull=True, site__isnull=False),
                name="accounts_membership_at_site",
            ),
            models.UniqueConstraint(
                fields=["organization", "user", "role"],
                condition=models.Q(ended_at__isnull=True, site__isnull=True),
                name="accounts_membership_everywhere",
            ),
        ]

    def __str__(self) -> str:
        """Name the row without personal data."""
        return f"membership {self.public_id}"


class EmergencyAccess(TenantRow):
    """Break-glass: access to every record of the organisation, with a reason, for a short time.

    45 CFR 164.312(a)(2)(ii). It alerts the directors at once and must be reviewed within a day.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    review_outcome = models.CharField(max_length=500, blank=True)
