"""--metrics: names separated by commas, looked at before the work begins."""

import click


def checked(text: str) -> list[str]:
    """Return the names of metrics, each of which is known and there once.

    Args:
        text: What ``--metrics`` says.

    Raises:
        click.UsageError: If two names are those of one metric.
        ValueError: If a name is unknown.
    """
    from keras_gan import metrics

    names = [name.strip() for name in text.split(",")]
    first: dict[str, str] = {}
    for name in names:
        key = metrics.get(name).name
        if key in first:
            before = first[key]
            also = "is given twice" if before == name else f"is {before} once more"
            raise click.UsageError(f"--metrics {text}: {name} {also}. Leave it out.")
        first[key] = name
    return names
