"""Regular calls: people pause, machines do not."""
