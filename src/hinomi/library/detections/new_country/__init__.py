"""A country that the company had nothing to do with until now."""
