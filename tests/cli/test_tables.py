"""Tables in a terminal."""

from keras_gan_cli import tables


def test_the_widest_column_gives_way(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    tables.show(
        ("Option", "Default", "Fast"), [("--set widths=", "8," * 40, "48,32,16")]
    )
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 50
    (first,) = (line for line in lines if "--set" in line)
    assert first.split()[:2] == ["--set", "widths="]
    assert first.split()[-1] == "48,32,16"
    assert "".join(lines).count("8") == 40 + 1


def test_values_are_no_markup(capsys):
    tables.show(("Name", "What"), [("[bold]", "[red]it[/red]")])
    out = capsys.readouterr().out
    assert "[bold]" in out
    assert "[red]it[/red]" in out
