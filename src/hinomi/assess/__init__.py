"""What companies say of their own defences: answers to questionnaires, and experts' corrections."""
