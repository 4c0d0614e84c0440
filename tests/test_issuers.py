"""Joint issuers of manifests and of parliamentary papers."""

import pytest

from pipeline.reading.issuers import as_registered, behind, groups, of_programme, parted, parties


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("DGB und BDA", "DGB; BDA"),
        ("CDU/CSU", "CDU/CSU"),
        ("SPD und Freundeskreis Lindenau", "SPD und Freundeskreis Lindenau"),
        ("", ""),
    ],
)
def test_joint_issuers_are_parted_if_the_registry_knows_each(given, issuer):
    assert parted(given) == issuer


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        (
            "Fraktionen SPD, BÜNDNIS 90/DIE GRÜNEN und FDP",
            "Fraktion SPD; Fraktion BÜNDNIS 90/DIE GRÜNEN; Fraktion FDP",
        ),
        ("Fraktionen CDU/CSU und der SPD", "Fraktion CDU/CSU; Fraktion SPD"),
        (
            "Fraktion CDU, der Fraktion der SPD und der Fraktion FDP",
            "Fraktion CDU; Fraktion SPD; Fraktion FDP",
        ),
        ("Fraktion DIE LINKE", "Fraktion DIE LINKE"),
        ("Fraktionen CDU/CSU", "Fraktionen CDU/CSU"),
        ("Fraktion SPD und der Abgeordneten Erika Muster", "Fraktion SPD und der Abgeordneten Erika Muster"),
    ],
)
def test_parliamentary_groups_are_parted_as_groups(given, issuer):
    assert groups(given) == issuer


@pytest.mark.parametrize(
    ("line", "issuer"),
    [
        ("Wahlprogramm von SPD und den Grünen", "SPD; Bündnis 90/Die Grünen"),
        ("Für eine linke Opposition: Wahlprogramm der PDS", "PDS"),
        ("eine neue grüne Stadt", ""),
        ("Liberale Erneuerung | Grüne Wege", ""),
        ("Grüne Hessen", "Bündnis 90/Die Grünen Hessen"),
        ("Wahlprogramm der Linken Liste/PDS", "PDS"),
        ("Bündnis 90/Die Grünen", "Bündnis 90/Die Grünen"),
        ("info@spd.de", "SPD"),
        ("Koalitionsvertrag von CDU und SPD | SPD Hessen | CDU Hessen", "CDU Hessen; SPD Hessen"),
        ("Wahlprogramm der PDS | Büros: PDS Hamburg, Hafenstraße 1 | PDS Hessen, Waldweg 2", "PDS"),
        ("CDU Hessen und FDP Landesverband NRW", "CDU Hessen; FDP Nordrhein-Westfalen"),
        ("BÜNDNIS 90/DIE GRÜNEN SACHSEN-ANHALT", "Bündnis 90/Die Grünen Sachsen-Anhalt"),
        ("Vorstand der SPD | Berlin, den 3. Mai 2021", "SPD"),
        ("Vorstand der SPD Berlin, 3. Mai 2021", "SPD"),
    ],
)
def test_parties_and_their_associations_in_the_laender_are_named(line, issuer):
    assert parties([line]) == issuer


@pytest.mark.parametrize(
    ("given", "issuer"),
    [
        ("DEUTSCHEN STÄDTETAGES", "Deutscher Städtetag"),
        ("Deutschen Musterverbandes", "Deutschen Musterverbandes"),
        ("", ""),
    ],
)
def test_an_issuer_that_the_registry_knows_has_its_name_there(given, issuer):
    assert as_registered(given) == issuer


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("BDI zum Strompreis", "Bundesverband der Deutschen Industrie"),
        ("FDP-Bundestagsfraktion: Aktienrente", "FDP-Bundestagsfraktion"),
        ("PDS zur Rente", "PDS"),
        ("Bundes zum Strompreis", ""),
        ("Musterverbandes zum Strompreis", ""),
        ("", ""),
    ],
)
def test_a_known_body_with_which_a_text_begins_is_named(text, issuer):
    assert behind(text) == issuer


@pytest.mark.parametrize(
    ("places", "issuer"),
    [
        ((["CDU und SPD"], [], ["CDU Hessen", "SPD Hessen"]), "CDU Hessen; SPD Hessen"),
        ((["CDU und SPD"], ["CDU Hessen"]), "CDU; SPD"),
        (([], ["SPD Hessen"], ["SPD"]), "SPD Hessen"),
        (([], []), ""),
    ],
)
def test_another_place_may_tell_of_which_land_the_parties_are(places, issuer):
    assert of_programme(places) == issuer
