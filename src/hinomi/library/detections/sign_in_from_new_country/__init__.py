"""A person signs in from where nobody of the company ever did."""
