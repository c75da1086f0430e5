"""What is kept for each hour: its files, which hours have something new, which days are worked."""
