"""What a file of people says: which column is what, what a cell means, who is whom. Rules without I/O."""
