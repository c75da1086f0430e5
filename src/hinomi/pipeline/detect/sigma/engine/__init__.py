"""The matching engine: columns of texts in, (rule, row) out. :mod:`..oracle` says the same slowly and plainly."""
