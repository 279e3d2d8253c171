"""Reasons as a careful clerk gives them: the cause and what will be done about it."""

from random import Random

from benchmarks.mutations.kinds import Measure

_SHORT = (
    "受前期手续办理进度影响，完成量低于年初设定值。下一步将加强统筹，提前启动相关工作。",
    "因实施主体变更，部分任务未按计划开展。今后将完善合同约束，加强进度督促。",
    "受汛期天气影响，部分点位未能实施。下一步将优化实施安排，按季度调度进度。",
)
_RATE = (
    "因个别批次资料不齐导致比例偏低。下一步将加强审核把关，建立台账逐项整改。",
    "部分环节人员变动，质量控制不到位。今后将加强业务培训，完善复核机制。",
)
_MORE = (
    "因年中需求增加，实际完成量高于年初设定值，下一年度将结合实际优化目标设定。",
    "相关单位积极配合，实际完成量超出预期，今后将根据历史数据合理调整指标值。",
)
_MUCH = (
    "受材料和人工价格上涨影响，实际值超出控制线。下一步将加强成本测算，完善询价机制。",
    "因报修量集中，处置力量不足导致超出控制值。今后将增加值守力量，优化派单流程。",
)
_LATE = (
    "受招标流程影响，实施时间较计划推后一个月。下一步将提前做好采购准备，加强进度管理。",
    "因雨季停工，完成时间晚于计划。今后将优化施工组织，加强节点调度。",
)
_UNFINISHED = (
    "配套工作仍有差距，只实现了部分预期。下一步将完善制度，明确责任人并按季度督促。",
    "机制运行时间较短，效果还不充分。今后将加强跟踪，优化运行办法。",
)


def short(random: Random, measure: Measure) -> str:
    """Why less was done than planned."""
    return random.choice(_RATE if measure.unit == "%" else _SHORT)


def more_than_planned(random: Random) -> str:
    """Why much more was done than planned."""
    return random.choice(_MORE)


def too_much(random: Random) -> str:
    """Why a ceiling was not kept."""
    return random.choice(_MUCH)


def late(random: Random) -> str:
    """Why a date was not kept."""
    return random.choice(_LATE)


def unfinished(random: Random) -> str:
    """Why a target in words was reached only partly."""
    return random.choice(_UNFINISHED)
