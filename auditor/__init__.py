"""auditor reads 项目支出绩效自评表 and says which cell is wrong, what it should be, and why."""

__version__ = "0.1.0"
