"""What coordinators do: verify people, issue codes, found clubs, appoint ambassadors."""
