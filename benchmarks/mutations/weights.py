"""Points spread over the rows of a level, the way people do it: no row a crumb."""

from decimal import Decimal
from random import Random


def spread(random: Random, points: int, rows: int, grain: Decimal) -> list[Decimal]:
    """``points`` over ``rows`` in steps of ``grain``, none below half an even share."""
    if rows == 1:
        return [Decimal(points)]
    grains = int(points / grain)
    least = max(1, grains // (rows * 2))
    if grains < rows * 2:
        return spread(random, points, rows, grain / 2)
    given = [least] * rows
    for _ in range(grains - least * rows):
        given[random.randrange(rows)] += 1
    spare = Decimal(points) - grain * sum(given)
    return [grain * value + (spare if number == 0 else 0) for number, value in enumerate(given)]
