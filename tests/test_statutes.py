from pipeline.knowledge.statutes import statutes


def test_every_abbreviation_has_a_name_of_its_own():
    names = statutes().short
    assert names["MiLoG"] == "Mindestlohngesetz"
    assert all(short.strip() == short and name.strip() == name != short for short, name in names.items())
    assert len(set(names.values())) == len(names)


def test_general_words_are_no_statute_of_the_list():
    assert not set(statutes().words.general.split()) & {name.lower() for name in statutes().short.values()}
