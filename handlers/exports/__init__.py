"""Data are taken away as a file: with a reason, through a link that works once, and everybody in it can see that."""
