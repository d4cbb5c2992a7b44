"""OVHcloud SMS."""

from .client import OvhConfig, OvhSms

__all__ = ["OvhConfig", "OvhSms"]
