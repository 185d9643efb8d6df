"""The gazetteer: curated names of places and regions, and the loading of all cities into the database."""
