"""Events: people see what is on, answer, come, and tell how it was; ambassadors and coordinators make them."""
