"""People finding people: searching, a person's card, asking for contact, what one offers and seeks."""
