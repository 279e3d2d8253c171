"""The page killed while uploads run: ``python -m benchmarks.serve.kills [--kills 50] [--write]``.

Clerks upload without pause; the server and its workers are killed (-9) at random moments and
started again. In the end every upload that was confirmed must be there, with its files, audited.
"""

import random
import tempfile
import threading
import time
from pathlib import Path

import click

from benchmarks.measuring import Section
from benchmarks.serve.house import Clerk, House, audited
from benchmarks.serve.load import files

CLERKS = 3


def measure(kills: int, seed: int) -> Section:
    """So many kills, then a quiet end."""
    chance = random.Random(seed)
    confirmed: list[str] = []
    lock = threading.Lock()
    over = threading.Event()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "data").mkdir()
        house = House(folder / "data", 1)

        def hand_in(number: int) -> None:
            batch = files(folder, number, 2)
            while not over.is_set():
                clerk = Clerk(house)
                link = clerk.upload(batch)
                if link is not None:
                    with lock:
                        confirmed.append(link)
                time.sleep(0.4)

        clerks = [threading.Thread(target=hand_in, args=(number,)) for number in range(CLERKS)]
        for thread in clerks:
            thread.start()
        for _n in range(kills):
            time.sleep(chance.uniform(0.3, 2.0))
            house.kill()
            house.start()
        over.set()
        for thread in clerks:
            thread.join()
        done, lost = _settled(house, confirmed)
        left = len(list((folder / "data" / "rounds").iterdir()))
        house.kill()
    rows = [
        ("kills (-9) of the server and its workers", kills),
        ("uploads confirmed", len(confirmed)),
        ("lost", lost),
        ("audited in the end", f"{done} of {len(confirmed)}"),
        ("taken, but killed before the clerk was told", left - len(confirmed)),
    ]
    made = f"python -m benchmarks.serve.kills --kills {kills} --seed {seed} --write"
    return Section("reliability.md", "serve-kills", made, ("the page killed", ""), rows)


def _settled(house: House, links: list[str]) -> tuple[int, int]:
    """How many of the confirmed uploads are audited and how many are gone, when all is quiet."""
    clerk, end = Clerk(house), time.monotonic() + 1200
    open_ = dict.fromkeys(links, False)
    lost = 0
    while open_ and time.monotonic() < end:
        for link in list(open_):
            answer = clerk.client.get(link)
            if answer.status_code == 404:
                lost += 1
                del open_[link]
            elif audited(answer.text):
                del open_[link]
        time.sleep(1)
    return len(links) - lost - len(open_), lost


@click.command()
@click.option("--kills", default=50, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Where chance begins.")
@click.option("--write", is_flag=True, help="Write the table into its page.")
def main(kills: int, seed: int, write: bool) -> None:  # noqa: FBT001
    section = measure(kills, seed)
    click.echo("\n".join(section.lines()))
    if write:
        section.publish()


if __name__ == "__main__":
    main()
