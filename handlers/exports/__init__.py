"""Data are taken away as a file: with a reason, through a link for one person, one browser and a
quarter of an hour, and everybody in it can see that."""
