"""The standard store (R1) and its links (R4-R9), as data. Applied by actions_store.create_standard_store.

Each text stands in Chinese and English; the store's language decides which one is its own name.
"""

from __future__ import annotations

from typing import NamedTuple


class DepartmentPlan(NamedTuple):
    """One department: code, names, and the code of the department it is part of."""

    code: str
    zh_hans: str
    en: str
    parent: str = "gm-office"


class LinkPlan(NamedTuple):
    """One item a supplier gives to one or several customers in a flow."""

    flow: str
    supplier: str
    customers: tuple[str, ...]
    item: str
    scale: str = "binary"
    basis: str = "agreement"
    lead_time_days: int | None = None
    windows: str = ""


DEPARTMENTS = (
    DepartmentPlan("gm-office", "总经理办公室", "General Manager's Office", ""),
    DepartmentPlan("sales", "销售部", "Sales"),
    DepartmentPlan("service", "服务部", "Service"),
    DepartmentPlan("service-reception", "服务接待", "Service Reception", "service"),
    DepartmentPlan("service-workshop", "车间", "Workshop", "service"),
    DepartmentPlan("service-parts-counter", "零件专员", "Parts Counter", "service"),
    DepartmentPlan("service-claims", "索赔", "Warranty Claims", "service"),
    DepartmentPlan("parts", "零件部", "Parts"),
    DepartmentPlan("accessories", "精品装饰部", "Accessories & Detailing"),
    DepartmentPlan("crm", "客户关系部", "CRM"),
    DepartmentPlan("finance", "财务部", "Finance"),
    DepartmentPlan("hr", "人力资源部", "Human Resources"),
    DepartmentPlan("administration", "行政部", "Administration"),
    DepartmentPlan("logistics", "物流部", "Logistics"),
)

ITEMS = {
    # information
    "sales-report": ("销售日报", "sales report"),
    "funding-needs": ("资金需求计划", "funding needs"),
    "output-value": ("服务产值报表", "service output value"),
    "gross-profit": ("服务毛利报表", "service gross profit"),
    "receivables": ("应收账款报表", "receivables"),
    "rebates": ("返利统计", "rebates"),
    "customer-files": ("客户档案", "customer files"),
    "visit-records": ("进店维修记录", "visit records"),
    "customer-feedback": ("客户反馈", "customer feedback"),
    "stock-value": ("库存金额报表", "stock value"),
    "arrival-notices": ("到车通知", "vehicle arrival notices"),
    "delivery-plan": ("交车计划", "delivery plan"),
    "monthly-accounts": ("月度财务报表", "monthly accounts"),
    "work-orders": ("派工单", "work orders"),
    "progress-reports": ("维修进度", "repair progress"),
    "fault-evidence": ("故障凭证", "fault evidence"),
    "claim-results": ("索赔结果", "claim results"),
    # service
    "reimbursement": ("报销", "reimbursement"),
    "advances": ("借支", "advances"),
    "acceptance-bills": ("承兑", "acceptance bills"),
    "accounting": ("核算", "accounting"),
    "office-supplies": ("办公用品", "office supplies"),
    "vehicles": ("用车", "vehicles"),
    "recruiting": ("招聘", "recruiting"),
    "complaint-handling": ("客诉处理", "complaint handling"),
    "pre-delivery-inspection": ("新车交付前检查", "pre-delivery inspection"),
    "warranty-approval": ("索赔审批", "warranty approval"),
    "repair": ("维修作业", "repair work"),
    # material
    "parts-supply": ("零件供应", "parts supply"),
    "parts-issue": ("零件出库", "parts issue"),
    "accessories-supply": ("精品附件供应", "accessories supply"),
    "new-vehicles": ("商品车配送", "new vehicles"),
    "parts-freight": ("零件运输", "parts freight"),
}

#: All departments but the teams inside Service: those that Finance, HR and Administration serve alike.
ALL = ("gm-office", "sales", "service", "parts", "accessories", "crm", "finance", "hr", "administration", "logistics")

LINKS = (
    # Information flow (R4; the article's own: Sales to Finance, Service to Finance)
    LinkPlan("information", "sales", ("finance",), "sales-report", "five"),
    LinkPlan("information", "sales", ("finance",), "funding-needs", "five"),
    LinkPlan("information", "service", ("finance",), "output-value"),
    LinkPlan("information", "service", ("finance",), "gross-profit"),
    LinkPlan("information", "service", ("finance",), "receivables"),
    LinkPlan("information", "service", ("finance",), "rebates"),
    LinkPlan("information", "sales", ("service", "crm"), "customer-files", "five"),
    LinkPlan("information", "service", ("crm",), "visit-records", "five"),
    LinkPlan("information", "crm", ("sales", "service"), "customer-feedback", "five"),
    LinkPlan("information", "parts", ("finance",), "stock-value"),
    LinkPlan("information", "logistics", ("sales",), "arrival-notices"),
    LinkPlan("information", "sales", ("logistics",), "delivery-plan"),
    LinkPlan("information", "finance", ("gm-office",), "monthly-accounts", "five", "instruction"),
    LinkPlan("information", "service-reception", ("service-workshop",), "work-orders"),
    LinkPlan("information", "service-workshop", ("service-reception",), "progress-reports"),
    LinkPlan("information", "service-workshop", ("service-claims",), "fault-evidence"),
    LinkPlan("information", "service-claims", ("service-reception",), "claim-results"),
    # Service flow (R5)
    LinkPlan("service", "finance", ALL, "reimbursement", "binary", "regulation", None, "mon"),
    LinkPlan("service", "finance", ("service", "sales"), "advances", "binary", "regulation"),
    LinkPlan("service", "finance", ("service", "sales"), "acceptance-bills", "binary", "regulation", 3),
    LinkPlan("service", "finance", ("service", "parts"), "accounting", "binary", "regulation"),
    LinkPlan("service", "administration", ALL, "office-supplies", "binary", "regulation"),
    LinkPlan("service", "administration", ALL, "vehicles", "binary", "regulation", 2),
    LinkPlan("service", "hr", ALL, "recruiting", "five", "agreement", 20),
    LinkPlan("service", "crm", ("sales", "service"), "complaint-handling", "five"),
    LinkPlan("service", "service", ("sales",), "pre-delivery-inspection"),
    LinkPlan("service", "service-claims", ("service-workshop",), "warranty-approval"),
    LinkPlan("service", "service-workshop", ("service-reception",), "repair", "five"),
    # Material flow (R6, in the direction of added value; inside Service, R9)
    LinkPlan("material", "parts", ("service-workshop", "service-parts-counter"), "parts-supply"),
    LinkPlan("material", "service-parts-counter", ("service-workshop",), "parts-issue"),
    LinkPlan("material", "parts", ("accessories", "service"), "accessories-supply"),
    LinkPlan("material", "accessories", ("sales",), "accessories-supply", "five"),
    LinkPlan("material", "logistics", ("sales",), "new-vehicles"),
    LinkPlan("material", "logistics", ("parts",), "parts-freight"),
)
