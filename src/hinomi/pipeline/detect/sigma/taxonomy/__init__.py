"""Which events a rule's log source means, and by what names it finds their fields there."""
