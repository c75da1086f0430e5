"""Everything a contributor adds alone: one folder an item, with its samples; found by its folder."""
