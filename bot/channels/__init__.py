"""The doors: each turns its input into an Incoming, and shows a Reply."""
