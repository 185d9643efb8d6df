"""Every path ends at a human: people write to the alumni office, and a coordinator answers."""
