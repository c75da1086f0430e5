"""What people work on: the queue of incidents, decisions on them, their timeline and history."""
