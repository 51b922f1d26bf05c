"""Fits beside the store: for one user alone, and never in the way."""

import pytest

from dashboard.service.shelf import Label, Shelf

LABEL = Label("place", "order", "mark", "profile", "why", "2026-03-01T06:00:00+00:00")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "ward.fits", most=3)


def test_a_fit_comes_back_as_it_was_put(shelf):
    shelf.put(LABEL, b"a\nb")
    [(label, path)] = shelf.labels("place")
    assert label == LABEL
    assert shelf.packed(path) == b"a\nb"
    assert shelf.labels("elsewhere") == []


def test_a_newer_fit_takes_the_place_of_the_same_order(shelf):
    shelf.put(LABEL, b"old")
    shelf.put(LABEL, b"new")
    [(_, path)] = shelf.labels("place")
    assert shelf.packed(path) == b"new"
    assert sorted(shelf.folder.iterdir()) == [path]


def test_only_so_many_are_kept(shelf):
    for number in range(5):
        shelf.put(Label("place", str(number), *list(vars(LABEL).values())[2:]), b"")
    assert len(shelf.labels("place")) == 3


def test_folder_and_files_are_for_one_user(shelf):
    shelf.put(LABEL, b"fit")
    [(_, path)] = shelf.labels("place")
    assert shelf.folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("which", ["folder", "file"])
def test_what_others_may_write_is_not_read(shelf, which, caplog):
    shelf.put(LABEL, b"fit")
    [(_, path)] = shelf.labels("place")
    (shelf.folder if which == "folder" else path).chmod(0o777)
    assert shelf.labels("place") == []
    assert "others may write it" in caplog.text


def test_a_damaged_file_is_not_a_fit(shelf, caplog):
    shelf.put(LABEL, b"fit")
    [(_, path)] = shelf.labels("place")
    path.write_bytes(b'{"place": 1')
    assert shelf.labels("place") == []
    assert "is not a fit" in caplog.text


def test_a_folder_that_cannot_be_made_costs_only_the_next_fit(tmp_path, caplog):
    (tmp_path / "ward.fits").write_text("a file stands here")
    Shelf(tmp_path / "ward.fits").put(LABEL, b"fit")
    assert "Fits cannot be kept" in caplog.text
    assert Shelf(tmp_path / "ward.fits").labels("place") == []


def test_a_fit_that_goes_meanwhile_is_none(shelf):
    shelf.put(LABEL, b"fit")
    [(_, path)] = shelf.labels("place")
    path.unlink()
    assert shelf.packed(path) is None


def test_a_link_is_not_written_through_and_the_log_says_so(shelf, tmp_path, caplog):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shelf.folder.symlink_to(elsewhere)
    shelf.put(LABEL, b"fit")
    assert list(elsewhere.iterdir()) == []
    assert "Fits are not kept" in caplog.text
