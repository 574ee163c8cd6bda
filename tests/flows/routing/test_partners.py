"""Reading a partner file: what it means, and every way in which it is refused."""

from __future__ import annotations

import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from flows.routing.case import Gender
from flows.routing.casebook import PartnerId
from flows.routing.hours import Window
from flows.routing.partners import (
    Independence,
    Kind,
    Partner,
    Status,
    load_partners,
    partner_from_data,
    partner_to_data,
)
from flows.strict_yaml import FileBroken
from flows.triage.issues import Certificate
from tests.flows.routing.made import issues

WHOLE = """\
partners:
  - id: mto
    name: Mto Paralegals
    code_name: River
    status: paused
    regions: [KE-31, KE-30]
    exclude_regions: [KE-31-GILGIL]
    issues: [work, land_environment.land_grab]
    languages: [en, sw]
    kind: ngo
    independence: independent
    national: false
    certificates: [gbv, child]
    genders: [woman]
    max_open: 12
    hours: {mon-fri: "08:00-17:00"}
    timezone: Africa/Nairobi
    vetted_until: 2028-06-30
    members: [Paralegal Asha]
"""
SHORT = """\
partners:
  - id: mto
    name: Mto
    regions: [KE]
    issues: [work]
    languages: [sw]
    independence: tied
"""


def load(text: str) -> tuple[Partner, ...]:
    return load_partners("partners.yaml", text, issues=issues(), languages=("en", "sw"))


def test_reads_every_field() -> None:
    (partner,) = load(WHOLE)
    assert partner == Partner(
        id=PartnerId("mto"),
        name="Mto Paralegals",
        code_name="River",
        status=Status.PAUSED,
        regions=("KE-31", "KE-30"),
        exclude_regions=("KE-31-GILGIL",),
        issues=("work", "land_environment.land_grab"),
        languages=("en", "sw"),
        kind=Kind.NGO,
        independence=Independence.INDEPENDENT,
        certificates=frozenset({Certificate.GBV, Certificate.CHILD}),
        genders=frozenset({Gender.WOMAN}),
        max_open=12,
        hours=partner.hours,
        timezone=ZoneInfo("Africa/Nairobi"),
        vetted_until=date(2028, 6, 30),
        members=("Paralegal Asha",),
    )
    assert partner.hours is not None
    assert partner.hours.days[4] == (Window(480, 1020),)
    assert not partner.hours.days[5]
    assert partner.shown_name == "River"


def test_what_is_left_out_has_its_usual_value() -> None:
    (partner,) = load(SHORT)
    assert (partner.status, partner.max_open) == (Status.ACTIVE, None)
    assert (partner.hours, partner.timezone) == (None, None)
    assert (partner.certificates, partner.genders, partner.national) == (frozenset(), frozenset(), False)
    assert partner.shown_name == "Mto"


@pytest.mark.parametrize("text", [WHOLE, SHORT])
def test_survives_being_written_as_data(text: str) -> None:
    (partner,) = load(text)
    data = json.loads(json.dumps(partner_to_data(partner)))
    assert partner_from_data(data) == partner
    assert load(json.dumps({"partners": [data]})) == (partner,)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "error", "mend"),
    [
        ("id: mto", "id: Mto!", 2, "partners[1].id", "'Mto!' is not an id", "small letters"),
        ("name: Mto Paralegals", "name: ''", 3, "partners[1].name", "not a name", "characters"),
        ("status: paused", "status: pausd", 5, "partners[1].status", "'pausd'", "Did you mean 'paused'"),
        ("[KE-31, KE-30]", "[KE-31, Nakuru]", 6, "partners[1].regions[2]", "'Nakuru'", "ISO 3166-2"),
        ("[KE-31, KE-30]", "[KE-31, KE-99]", 6, "partners[1].regions[2]", "'KE-99' is not known", "Check the code"),
        ("[KE-31, KE-30]", "[KE-30, KE-30]", 6, "partners[1].regions[2]", "listed twice", "Keep one"),
        ("[KE-31, KE-30]", "[]", 6, "partners[1].regions", "the list is empty", "at least one"),
        ("[KE-31, KE-30]", "KE-31", 6, "partners[1].regions", "expected a list", "[a, b]"),
        ("[KE-31-GILGIL]", "[KE-30]", 7, "partners[1].exclude_regions[1]", "both covered and excluded", "one of the"),
        ("[KE-31-GILGIL]", "[here]", 7, "partners[1].exclude_regions[1]", "'here'", "ISO 3166-2"),
        ("[work, land", "[wrok, land", 8, "partners[1].issues[1]", "'wrok'", "Did you mean 'work'"),
        ("[en, sw]", "[en, xx]", 9, "partners[1].languages[2]", "'xx' is not known", "a code such as sw"),
        ("kind: ngo", "kind: NGO", 10, "partners[1].kind", "'NGO'", "ngo"),
        ("independence: independent", "independence: free", 11, "partners[1].independence", "'free'", "independent"),
        ("    independence: independent\n", "", 2, "partners[1]", "'independence' is missing", "Add `independence:`"),
        ("national: false", "national: no", 12, "partners[1].national", "true or false", "`true`"),
        ("[gbv, child]", "[gbv, chid]", 13, "partners[1].certificates[2]", "'chid'", "Did you mean 'child'"),
        ("[woman]", "[women]", 14, "partners[1].genders[1]", "'women'", "Did you mean 'woman'"),
        ("max_open: 12", "max_open: 0", 15, "partners[1].max_open", "out of range", "from 1"),
        ("max_open: 12", "max_open: many", 15, "partners[1].max_open", "a whole number", "from 1"),
        ("08:00-17:00", "8 to 5", 16, "partners[1].hours.mon-fri", "'8 to 5'", '"08:00-17:00"'),
        ("Africa/Nairobi", "Nairobi", 17, "partners[1].timezone", "time zone is not known", "Africa/Nairobi"),
        ("    timezone: Africa/Nairobi\n", "", 16, "partners[1].hours", "hours need a time zone", "Add `timezone"),
        ("2028-06-30", "30.6.2028", 18, "partners[1].vetted_until", "not a date", "2027-06-30"),
        ("Asha]", "Asha, Paralegal Asha]", 19, "partners[1].members[2]", "listed twice", "a name of their own"),
        ("genders:", "gender:", 14, "partners[1].gender", "'gender' is not known", "Did you mean 'genders'"),
        ("partners:", "partner:", 1, "partner", "'partner' is not known", "Did you mean 'partners'"),
    ],
)
def test_refuses_naming_file_line_field_and_mend(
    old: str, new: str, line: int, field: str, error: str, mend: str
) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(FileBroken) as caught:
        load_partners(
            "partners.yaml",
            WHOLE.replace(old, new),
            issues=issues(),
            regions={"KE-31", "KE-30", "KE-31-GILGIL"},
            languages=("en", "sw"),
        )
    faults = caught.value.faults
    assert any(
        (fault.file, fault.line, fault.field) == ("partners.yaml", line, field)
        and error in fault.error
        and mend in fault.mend
        for fault in faults
    ), caught.value


def test_tells_everything_that_is_wrong_at_once() -> None:
    broken = SHORT.replace("[KE]", "[here]").replace("tied", "free") + SHORT.partition("\n")[2]
    with pytest.raises(FileBroken) as caught:
        load(broken)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (4, "partners[1].regions[1]"),
        (7, "partners[1].independence"),
        (8, "partners[2].id"),
    ]


def test_a_member_belongs_to_one_partner() -> None:
    one = SHORT + "    members: [Asha]\n"
    with pytest.raises(FileBroken, match="'Asha' is listed twice"):
        load(one + one.partition("\n")[2].replace("id: mto", "id: other"))


def test_refuses_a_file_without_partners() -> None:
    with pytest.raises(FileBroken, match="no partner is listed"):
        load("partners: []")
