"""The shelf of sources: one folder a product, with manifest, mapping and sample pairs."""
