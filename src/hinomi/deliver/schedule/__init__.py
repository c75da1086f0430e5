"""What goes out by the calendar: the monthly report and the weekly digest, also when nothing happened."""
