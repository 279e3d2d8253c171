"""The charts of the Excel report: native ones, over a sheet that holds their numbers."""

from typing import TYPE_CHECKING, Any

from auditor.reporting.statistics import Numbers

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_BARS = {"error": "#C8402F", "warning": "#D9A21B", "advice": "#3D7FB5"}
_CHART = {"width": 640, "height": 420}
_MOST_BARS = 20


class Charts:
    """Native charts, and the sheet that holds their numbers."""

    def __init__(
        self, book: "Workbook", sheet: "Worksheet", tables: dict[str, Numbers], levels: list[str]
    ) -> None:
        self.book, self.sheet, self.tables, self.levels = book, sheet, tables, levels
        self.name = sheet.get_name()
        self.column = 0

    def write(self, target: "Worksheet", row: int) -> None:
        """Five charts in two columns below ``row`` of ``target``."""
        charts = [
            self._bars("rules", "title", ["count"]),
            self._bars("units", "unit", self.levels),
            self._dots(),
            self._bars("scores", "range", ["count"], kind="column"),
            self._bars("changes", "range", ["count"], kind="column"),
        ]
        for number, chart in enumerate(chart for chart in charts if chart is not None):
            chart.set_size(_CHART)
            target.insert_chart(row + number // 2 * 22, 0 if number % 2 == 0 else 9, chart)

    def _put(self, numbers: Numbers, keys: list[str], most: int) -> tuple[dict[str, int], int]:
        """Writes columns of a table beside what is there; their places, and how many rows."""
        records = [r for r in numbers.records() if all(r[key] is not None for key in keys)][:most]
        places = {}
        for key in keys:
            place = places[key] = self.column
            self.sheet.write_string(0, place, numbers.columns[key])
            self.sheet.set_column(place, place, 16)
            for line, record in enumerate(records, 1):
                value = record[key]
                if isinstance(value, str):
                    self.sheet.write_string(line, place, value[:200])
                elif value is not None:
                    self.sheet.write_number(line, place, float(value))
            self.column += 1
        self.column += 1
        return places, len(records)

    def _bars(self, name: str, label: str, series: list[str], kind: str = "bar") -> Any:
        numbers = self.tables[name]
        places, rows = self._put(numbers, [label, *series], _MOST_BARS)
        if not rows:
            return None
        subtype = {"subtype": "stacked"} if len(series) > 1 else {}
        chart = self.book.add_chart({"type": kind, **subtype})
        for key in series:
            colour = _BARS.get(key, "#5B7FA6")
            chart.add_series({
                "name": [self.name, 0, places[key]],
                "categories": [self.name, 1, places[label], rows, places[label]],
                "values": [self.name, 1, places[key], rows, places[key]],
                "fill": {"color": colour}, "gap": 40,
            })  # fmt: skip
        chart.set_title({"name": numbers.title, "name_font": {"size": 12}})
        chart.set_legend({"position": "bottom"} if len(series) > 1 else {"none": True})
        if kind == "bar":
            chart.set_y_axis({"reverse": True, "interval_unit": 1, "num_font": {"size": 8}})
            chart.set_x_axis({"num_format": "0"})
        else:
            chart.set_y_axis({"num_format": "0", "min": 0})
        return chart

    def _dots(self) -> Any:
        numbers = self.tables["projects"]
        places, rows = self._put(numbers, ["rate", "total"], len(numbers.rows))
        if not rows:
            return None
        chart = self.book.add_chart({"type": "scatter"})
        chart.add_series({
            "name": numbers.title,
            "categories": [self.name, 1, places["rate"], rows, places["rate"]],
            "values": [self.name, 1, places["total"], rows, places["total"]],
            "marker": {"type": "circle", "size": 6, "fill": {"color": "#5B7FA6"}},
        })  # fmt: skip
        chart.set_title({"name": numbers.title, "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_x_axis({"name": numbers.columns["rate"], "major_gridlines": {"visible": True}})
        chart.set_y_axis({"name": numbers.columns["total"]})
        return chart
