"""JSON for the differential tests: values made from types, and what can be wrong with them."""
