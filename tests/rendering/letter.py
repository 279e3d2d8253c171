"""``python -m tests.rendering.letter`` makes ``reports/letter/*.docx``, the template of 审核反馈意见.

The page is that of GB/T 9704-2012: A4, margins 37/35/28/26 mm, title in 方正小标宋 二号 (22 pt), body in
仿宋_GB2312 三号 (16 pt) at 28 pt a line. Whoever has not got these fonts gets the ones named beside
them in the font table. A bureau opens the file in Word and changes what it likes; ``{{ … }}`` and
``{%p … %}`` are filled in by docxtpl.
"""

from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

FOLDER = Path(__file__).parents[2] / "reports" / "letter"
TITLE, BODY, HEADING = "方正小标宋简体", "仿宋_GB2312", "黑体"
FALLBACKS = {
    TITLE: "小标宋;华文中宋;STZhongsong;宋体;SimSun;Noto Serif CJK SC",
    BODY: "仿宋;FangSong;华文仿宋;STFangsong;Noto Serif CJK SC",
    HEADING: "SimHei;Noto Sans CJK SC",
}
WORDS = {
    "zh": {
        "title": ["关于项目支出绩效自评表", "审核情况的反馈意见"],
        "to": "{{ unit.name }}：",
        "opening": "你单位报送的 {{ unit.forms }} 张项目支出绩效自评表已经审核，其中退回修改 {{ unit.returned }} 张、"
                   "要求说明 {{ unit.explained }} 张、通过 {{ unit.passed }} 张。现将审核意见反馈如下。",
        "project": "{{ project.ordinal }}、{{ project.name }}（{{ project.conclusion }}）",
        "source": "文件：{{ project.source }}",
        "finding": "{{ finding.number }}.〔{{ finding.level }}〕{{ finding.title }}。{{ finding.message }}。",
        "figures": "位置：{{ finding.where }}。填报 {{ finding.reported }}，应为 {{ finding.expected }}。",
        "where": "位置：{{ finding.where }}。",
        "cause": "推断：{{ finding.cause }}。",
        "remedy": "改法：{{ finding.remedy }}。",
        "advice": "另有 {{ project.advice }} 条提示，不影响审核结论，见审核报告。",
        "clean": "以上各表没有需要修改的问题。",
        "closing": "请核对上述内容，逐项修改或者说明，并重新报送。审核意见由系统生成，认为不符合实际情况的，请说明理由。",
        "signed": "（审核单位）",
        "date": "{{ date or '　　年　　月　　日' }}",
    },
    "en": {
        "title": ["Review of the self-evaluation forms", "of project expenditure"],
        "to": "To {{ unit.name }}:",
        "opening": "The {{ unit.forms }} self-evaluation form(s) that you submitted have been reviewed: "
                   "{{ unit.returned }} to be returned, {{ unit.explained }} to be explained, {{ unit.passed }} passed. "
                   "The findings are as follows.",
        "project": "{{ project.ordinal }}. {{ project.name }} ({{ project.conclusion }})",
        "source": "File: {{ project.source }}",
        "finding": "{{ finding.number }}. [{{ finding.level }}] {{ finding.title }}. {{ finding.message }}.",
        "figures": "At {{ finding.where }}: {{ finding.reported }} was filled in, {{ finding.expected }} is due.",
        "where": "At {{ finding.where }}.",
        "cause": "Probably: {{ finding.cause }}.",
        "remedy": "What to do: {{ finding.remedy }}.",
        "advice": "Another {{ project.advice }} piece(s) of advice do not affect the verdict; see the report.",
        "clean": "Nothing in these forms needs to be changed.",
        "closing": "Please check the above, correct or explain each item and submit again. The findings were made by a "
                   "program; where you disagree, please give your reason.",
        "signed": "(reviewing office)",
        "date": "{{ date or '____-__-__' }}",
    },
}  # fmt: skip


def make(lang: str, target: Path) -> None:
    """One letter per unit, a page break between two."""
    words = WORDS[lang]
    document = Document()
    _page(document)
    add = _Writer(document)
    add.control("{%p for unit in units %}")
    for number, line in enumerate(words["title"]):
        last = number == len(words["title"]) - 1
        add.text(
            line,
            font=TITLE,
            size=22,
            align="center",
            after=28 if last else 0,
            level=0 if not number else None,
        )
    add.text(words["to"], indent=False)
    add.text(words["opening"])
    add.control("{%p for project in unit.projects %}")
    add.text(words["project"], font=HEADING, level=1)
    add.text(words["source"])
    add.control("{%p for finding in project.findings %}")
    add.text(words["finding"])
    add.control("{%p if finding.expected %}")
    add.text(words["figures"])
    add.control("{%p else %}")
    add.text(words["where"])
    add.control("{%p endif %}")
    add.control("{%p if finding.cause %}")
    add.text(words["cause"])
    add.control("{%p endif %}")
    add.text(words["remedy"])
    add.control("{%p endfor %}")
    add.control("{%p if project.advice %}")
    add.text(words["advice"])
    add.control("{%p endif %}")
    add.control("{%p endfor %}")
    add.control("{%p if not unit.projects %}")
    add.text(words["clean"])
    add.control("{%p else %}")
    add.text(words["closing"])
    add.control("{%p endif %}")
    add.text(words["signed"], align="right", before=28)
    add.text(words["date"], align="right")
    add.control("{%p if not loop.last %}")
    document.add_page_break()
    add.control("{%p endif %}")
    add.control("{%p endfor %}")
    document.core_properties.author = "auditor"
    document.core_properties.title = "".join(words["title"])
    document.core_properties.comments = ""
    document.save(target)


def _page(document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _fonts(document)
    _page_number(section.footer.paragraphs[0])


def _fonts(document) -> None:
    """The font table names what stands in for a font that is not installed."""
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    tree = parse_xml(part.blob)
    for name, others in FALLBACKS.items():
        tree.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{others}"/>'
                '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
            )
        )
    from lxml import etree

    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _page_number(paragraph) -> None:
    """— 1 —, in the middle of the foot."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("text", "— "), ("field", "PAGE"), ("text", " —")):
        run = paragraph.add_run(text if kind == "text" else "")
        _font(run, "宋体", 14)
        if kind == "field":
            for fld, instruction in (("begin", None), (None, text), ("end", None)):
                element = OxmlElement("w:fldChar" if fld else "w:instrText")
                if fld:
                    element.set(qn("w:fldCharType"), fld)
                else:
                    element.text = instruction
                run._r.append(element)


def _font(run, name: str, size: float) -> None:
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")  # else punctuation is set in the middle of its square
    run._r.get_or_add_rPr().append(language)


class _Writer:
    def __init__(self, document) -> None:
        self.document = document

    def control(self, tag: str) -> None:
        self.document.add_paragraph(tag)

    def text(
        self, text: str, *, font: str = BODY, size: float = 16, align: str = "", indent: bool = True,
        before: float = 0, after: float = 0, level: int | None = None,
    ) -> None:  # fmt: skip
        paragraph = self.document.add_paragraph()
        shape = paragraph.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
        shape.space_before, shape.space_after = Pt(before), Pt(after)
        if align:
            paragraph.alignment = {
                "center": WD_ALIGN_PARAGRAPH.CENTER,
                "right": WD_ALIGN_PARAGRAPH.RIGHT,
            }[align]
        elif indent:
            shape.first_line_indent = Pt(2 * size)
        if level is not None:
            shape.keep_with_next = True
            outline = OxmlElement("w:outlineLvl")
            outline.set(qn("w:val"), str(level))
            paragraph._p.get_or_add_pPr().append(outline)
        _font(paragraph.add_run(text), font, size)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for lang in WORDS:
        make(lang, FOLDER / f"letter.{lang}.docx")
