"""Tables of the outbox: messages, the places they go to, and what a company chose."""

from hinomi.deliver.notify.models.contacts import Channel, Contact, Encoding, Hours, Night, Preferences, Report
from hinomi.deliver.notify.models.delivered import Delivery, Guess
from hinomi.deliver.notify.models.outbox import About, Attachment, Notification, State

__all__ = [
    "About",
    "Attachment",
    "Channel",
    "Contact",
    "Delivery",
    "Encoding",
    "Guess",
    "Hours",
    "Night",
    "Notification",
    "Preferences",
    "Report",
    "State",
]
