import pytest

from pipeline.knowledge.long_forms import long_forms, without_abbreviation


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Das Erneuerbare-Energien-Gesetz (EEG) gilt.", {"EEG": "Erneuerbare-Energien-Gesetz"}),
        ("Für kleine und mittlere Unternehmen (KMU) gilt das.", {"KMU": "kleine und mittlere Unternehmen"}),
        ("Die Deutsche Forschungsgemeinschaft (DFG)", {"DFG": "Deutsche Forschungsgemeinschaft"}),
        ("Das Erneuerbare Energien Gesetz (EEG) gilt.", {"EEG": "Erneuerbare Energien Gesetz"}),
        ("Erneuerbare-Energien-Gesetz (EEG)", {"EEG": "Erneuerbare-Energien-Gesetz"}),
        ("Das Ziel (siehe oben) bleibt.", {}),
        ("Im Jahr (2021) und danach", {}),
        ("Die Reform (AfD dagegen)", {}),
        ("Das Europäische Gesetz zur Umlage (EU-Umlage)", {}),
        ("Die Konvention (UN-BRK)", {}),
        ("Die UN-Behindertenrechtskonvention (UN-BRK)", {"UN-BRK": "UN-Behindertenrechtskonvention"}),
    ],
)
def test_long_forms(text, found):
    assert long_forms(text) == found


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mindestlohngesetz (MiLoG)", "Mindestlohngesetz"),
        (
            "Nationale Strategie zur biologischen Vielfalt (NBS)",
            "Nationale Strategie zur biologischen Vielfalt",
        ),
        ("Förderung (KMU)", "Förderung (KMU)"),
        ("Kommunen (Städte und Gemeinden)", "Kommunen (Städte und Gemeinden)"),
    ],
)
def test_without_abbreviation(text, name):
    assert without_abbreviation(text) == name
