"""Background knowledge: taxonomies, calendars, actors, concepts, German words."""
