"""What somebody tells when they register, and may change later: questions, answers, and how they read."""
