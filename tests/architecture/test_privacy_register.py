"""Every table says what is personal in it, whose, how exported, how erased, how long kept."""

import pytest
from sqlalchemy import Table
from sqlalchemy.orm import Mapper

import lti_app.cli.tables  # noqa: F401 - importing it is what fills the registry
from lti_app.core.db import Base, EncryptedText, Privacy, Subject

MAPPERS = sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__)
#: Columns that name a person, whatever else a table holds.
NAMES_A_PERSON = {"user_id", "actor", "owner_id"}


def privacy_of(mapper: "Mapper[object]") -> Privacy:
    declared = mapper.class_.__dict__.get("__privacy__")
    assert isinstance(declared, Privacy), f"{mapper.class_.__name__} says nothing of privacy"
    return declared


def test_every_table_has_a_model_that_declares() -> None:
    assert {table.name for table in Base.metadata.tables.values()} == {
        mapper.local_table.name for mapper in MAPPERS if isinstance(mapper.local_table, Table)
    }


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_a_declaration_names_columns_that_exist(mapper: "Mapper[object]") -> None:
    declared = privacy_of(mapper)

    assert set(declared.personal) <= {column.key for column in mapper.columns}


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_a_table_that_names_a_person_or_holds_private_text_is_somebodys(
    mapper: "Mapper[object]",
) -> None:
    declared = privacy_of(mapper)
    columns = {column.key for column in mapper.columns}
    sealed = {c.key for c in mapper.columns if isinstance(c.type, EncryptedText)}

    if columns & NAMES_A_PERSON or sealed:
        assert declared.subject is not Subject.NOBODY
        assert sealed <= set(declared.personal)


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_personal_data_has_an_export_and_an_erasure(mapper: "Mapper[object]") -> None:
    declared = privacy_of(mapper)

    assert bool(declared.personal) == (declared.subject is not Subject.NOBODY)
    if declared.personal:
        untouched = Privacy(subject=Subject.NOBODY, keep=declared.keep)
        assert declared.export != untouched.export
        assert declared.erase != untouched.erase


#: Tables that belong to the installation, not to a tenant.
OF_THE_INSTALLATION = {
    "platforms",
    "invitations",
    "signing_keys",
    "item_versions",
    "jobs",
    "job_gates",
    "job_holds",
    "audit_events",
}


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.class_.__name__)
def test_every_tenant_row_names_its_platform(mapper: "Mapper[object]") -> None:
    assert isinstance(mapper.local_table, Table)
    if mapper.local_table.name in OF_THE_INSTALLATION:
        return

    assert not mapper.local_table.c.platform_id.nullable
