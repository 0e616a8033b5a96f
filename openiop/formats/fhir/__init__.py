"""FHIR R4 referrals: bytes in, a packet of facts or a named refusal out."""

from openiop.formats.fhir.facts import facts, understood
from openiop.formats.fhir.limits import Limits
from openiop.formats.fhir.packet import ReferralPacket
from openiop.formats.fhir.reader import read_referral
from openiop.formats.fhir.refusals import ReferralRefused

__all__ = ["Limits", "ReferralPacket", "ReferralRefused", "facts", "read_referral", "understood"]
