"""What people do here, one module each, in their words."""
