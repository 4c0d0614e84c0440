from pipeline import schema
from pipeline.schema_themes import OPEN_THEMES, USER_THEMES


def test_tables_of_themes_are_among_the_declared_and_a_users_theme_is_a_unit_of_trends():
    assert {OPEN_THEMES.name, USER_THEMES.name} <= set(schema.TABLES)
    assert "user_theme" in schema.UNITS
