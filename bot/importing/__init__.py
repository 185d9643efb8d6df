"""Reading files of people, in the child process of a job only: it may be killed, and it may not take our memory."""
