"""Tokens that open the pulled files: kept as hashes, named safely, made and taken back."""

import json
import stat

import pandas as pd
import pytest

from dashboard.cli import main
from dashboard.service import access
from dashboard.service.errors import ServiceError


def test_a_token_is_kept_as_a_hash_that_only_its_owner_reads(new_ward):
    ward = new_ward(days=0)
    word = access.make(ward.settings, "rota", pd.Timestamp.now("UTC"))
    [file] = access.folder_of(ward.settings).iterdir()
    assert word not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with pytest.raises(ServiceError, match="already"):
        access.make(ward.settings, "rota", pd.Timestamp.now("UTC"))
    file.chmod(0o644)
    with pytest.raises(ServiceError, match="chmod 600"):
        access.holder(ward.settings, word)


@pytest.mark.parametrize("name", ["../x", "", ".hidden", "a b", "x" * 61])
def test_a_token_is_not_named_out_of_its_folder(new_ward, name):
    with pytest.raises(ServiceError, match="name a token"):
        access.make(new_ward(days=0).settings, name, pd.Timestamp.now("UTC"))


def test_the_command_makes_lists_and_takes_back(new_ward, capsys):
    config = str(new_ward(days=0).config)
    assert main(["token", "rota", "--config", config, "--json"]) == 0
    word = json.loads(capsys.readouterr().out)["token"]
    assert main(["token", "--list", "--config", config]) == 0
    listed = capsys.readouterr().out
    assert "rota" in listed
    assert word not in listed
    assert main(["token", "--revoke", "rota", "--config", config]) == 0
    capsys.readouterr()
    assert main(["token", "--revoke", "rota", "--config", config]) == 1
    assert "There is no token 'rota'" in capsys.readouterr().err
