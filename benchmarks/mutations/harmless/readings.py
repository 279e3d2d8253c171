"""Harmless changes of what the texts tell: promises kept in other words, years, names, lists."""

import re
from copy import deepcopy
from random import Random

from auditor.forms.evaluation import Evaluation
from benchmarks.mutations.harmless.model import harmless
from benchmarks.mutations.slips.model import is_full, number, scored, shown


def _told(form: Evaluation, said: str) -> Evaluation:
    copy = deepcopy(form)
    copy.goal_actual = (copy.goal_actual or "") + said
    return copy


@harmless("文字中合理地提到往年")
def earlier_years_told(random: Random, form: Evaluation) -> Evaluation:
    last = int(form.year or 2023) - 1
    return _told(
        form,
        random.choice(
            (
                f"项目依据{last}年12月批复的实施方案开展，前期论证已于{last}年完成。",
                f"对{last}年完成的项目进行了回访。",
                f"较{last}年完成情况有所提升。",
                f"{last}年建成的设施运行正常。",
            )
        ),
    )


@harmless("完成情况补充一句总体评价")
def general_praise_added(random: Random, form: Evaluation) -> Evaluation:
    return _told(
        form,
        random.choice(
            (
                "有关做法得到上级肯定，形成经验材料2篇。",
                "通过项目实施，服务能力和管理水平进一步提升，社会反响良好。",
                "下一步将完善机制，巩固成果。",
                "项目管理规范，资金使用合规，各方面评价较好。",
            )
        ),
    )


@harmless("预期目标补充一句总体要求")
def general_aim_added(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    copy.goal_expected = (copy.goal_expected or "") + random.choice(
        (
            "进一步提升服务能力，增强群众获得感。",
            "加强资金管理，提高资金使用效益。",
            "健全长效机制，推动工作规范化、制度化。",
            "确保各项任务按时完成。",
        )
    )
    return copy


@harmless("并列词语中有相同的字")
def like_words_listed(random: Random, form: Evaluation) -> Evaluation:
    return _told(
        form,
        random.choice(
            (
                "开展老年人保健、老年人体检等服务。",
                "加强制度管理、规范管理和日常管理。",
                "第一批、第二批资料均已归档。",
                "走访了城东村、城西村等地。",
                "组织业务培训班、专题培训班各一期。",
                "完善信息公开制度、信息报送制度。",
            )
        ),
    )


@harmless("分两层编号")
def numbered_in_two_levels(_random: Random, form: Evaluation) -> Evaluation:
    return _told(
        form,
        "主要做法：一、加强组织。1.成立专班；2.明确分工。二、强化监督。1.定期通报；2.跟踪整改。",
    )


@harmless("项目名称写两件事，两件都有交代")
def two_tasks_named_and_told(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    task = random.choice(("宣传栏更新", "工作手册编印", "志愿服务队建设"))
    copy.project = f"{re.sub('(项目|工程)$', '', form.project or '')}及{task}项目"
    copy.goal_actual = (copy.goal_actual or "") + f"同步完成{task}。"
    return copy


@harmless("质保金待质保期满后支付")
def retention_money_due_later(_random: Random, form: Evaluation) -> Evaluation:
    return _told(form, "项目已通过验收，质保金待质保期满后支付。")


@harmless("完成情况用近义说法回应目标")
def promise_kept_in_other_words(random: Random, form: Evaluation) -> Evaluation:
    copy = deepcopy(form)
    promise, answer = random.choice(
        (
            ("购置办公电脑。", "采购计算机5台并交付使用。"),
            ("新建公厕。", "2座公共厕所已建成投用。"),
            ("开展志愿服务活动。", "志愿者服务12次。"),
            ("编印宣传手册。", "印制宣传册3000册并发放。"),
        )
    )
    copy.goal_expected = (copy.goal_expected or "") + promise
    copy.goal_actual = (copy.goal_actual or "") + answer
    return copy


@harmless("全部得满分时写明工作任务全部完成")
def whole_said_done_where_it_is(random: Random, form: Evaluation) -> Evaluation | None:
    rows = scored(form)
    full = [n for n in rows if is_full(form.indicators[n])]
    quality = [n for n in full if (form.indicators[n].level2 or "").startswith("质量")]
    if len(full) < len(rows) or not quality:
        return None
    copy = deepcopy(form)
    row = copy.indicators[random.choice(quality)]
    row.level3, row.target, row.actual = "工作任务完成情况", "全部完成", "全部完成"
    return copy


@harmless("原因写明扣分，与得分一致")
def deduction_told_right(_random: Random, form: Evaluation) -> Evaluation | None:
    for n in scored(form):
        row = form.indicators[n]
        lost = number(row.weight) - number(row.score)
        if lost > 0 and len(row.deviation or "") > 1:
            copy = deepcopy(form)
            copy.indicators[n].deviation = f"{row.deviation}按比例扣{shown(lost, 0)}分。"
            return copy
    return None
