"""Apps that tests install beside the product's own."""
