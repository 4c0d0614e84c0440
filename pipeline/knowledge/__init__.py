"""What is known beforehand: taxonomies, calendars, actors, concepts, German words."""
