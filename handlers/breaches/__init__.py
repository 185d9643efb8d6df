"""When data got into wrong hands: who is concerned, what is due until when, and drafts of what is to be said."""
