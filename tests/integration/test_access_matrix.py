"""The access matrix over the real adapters: the owner is in the key of every read of the table."""

import pytest

from box_office.adapters.dynamodb.values import to_item
from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from tests import moto_aws
from tests.access_matrix import MATRIX
from tests.access_world import ADA, ADAS_EMAIL, World, complaints, furnished
from tests.cinema import Cinema
from tests.verbs import EMAILS

CALLERS = ("ada", "grace", "manager", "manager_away")  # who may and who may not, by owner and by theater
KEYS = {"orders": ("user_id", "order_key"), "seats": ("event_id", "seat_id")}


def over_moto(cinema: Cinema) -> World:
    def forget(user: str) -> None:
        for role, names in KEYS.items():
            for row in [row for row in cinema.rows(role) if row.get("user_id") == user]:
                key = to_item({name: row[name] for name in names})
                cinema.dynamodb.delete_item(TableName=moto_aws.TABLE_NAMES[role], Key=key)

    wallet = DynamoDBWallet(cinema.dynamodb, moto_aws.TABLE_NAMES["users"])
    return furnished(cinema, forget, lambda method: wallet.save(ADA, method))


@pytest.mark.guards("API1 object level authorization")
def test_cells_that_change_nothing_hold_over_the_tables(cinema: Cinema, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one world. Cells that change something have one each in tests/exhaustive."""
    monkeypatch.setitem(EMAILS, ADA, ADAS_EMAIL)
    cinema.settings_changes = {"user_hold_burst": 10**6, "user_map_burst": 10**6}
    here = over_moto(cinema)
    cells = [(row, caller) for row in MATRIX for caller in CALLERS if "!" not in row.cells[caller]]
    found = {f"{row.verb} {row.names} {caller}": complaints(here, row, caller) for row, caller in cells}
    assert {cell: told for cell, told in found.items() if told} == {}
    assert len(cells) > 120
