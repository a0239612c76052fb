"""Base classes of model packages, under the names that the guide gives them."""
