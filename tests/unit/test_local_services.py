"""The payment sandbox of a new stack begins empty; started again, it goes on."""

from local import services
from local.services import FAULTS, PAYMENTS, forget_payments, variables_of


def test_a_new_stack_forgets_payments_and_nothing_beside_them(tmp_path, monkeypatch):
    monkeypatch.setattr(services, "PAYMENTS_STATE", tmp_path / "sandbox.db")
    for name in ("sandbox.db", "sandbox.db-wal", "sandbox.db-shm", "other"):
        (tmp_path / name).write_text("x")
    forget_payments()
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
    forget_payments()


def test_the_sandbox_s_port_can_be_set_and_the_failure_injection_needs_one_only_with_faults():
    assert variables_of({})[PAYMENTS] == "PAYMENTS_PORT"
    assert FAULTS not in variables_of({"FAULTS": "0"})
    assert variables_of({"FAULTS": "1"})[FAULTS] == "FAULTS_PORT"
