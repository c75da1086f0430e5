"""The companies that the caller may see."""

from typing import Any

from ninja import Field, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.values import OfTenant, Uid
from hinomi.console.shell.access import COMPANY, EVERYONE
from hinomi.tenants.models import Tenant

WORDS = "企業"
router = Router()


class TenantGist(Schema):
    uid: str
    name: str
    sector: str
    timezone: str = Field(examples=["Asia/Tokyo"])


class Companies(Schema):
    items: list[TenantGist]


class Company(OfTenant):
    name: str
    sector: str
    timezone: str
    employees: int | None
    endpoints: int | None
    vendor_contact: str = Field(description="Whom the company calls about its devices.")
    sites: list[str]


@operation(router, "GET", "/tenants", "見られる企業", roles=EVERYONE, response=Companies)
def tenants(request: Asked) -> dict[str, Any]:
    """The companies that you may see: all for staff, their own for a member, one for a token of one company."""
    rows = request.auth.tenants()
    return {"items": [gist(row) for row in rows]}


@operation(router, "GET", "/tenants/{tenant}", "一つの企業", roles=COMPANY, response=Company)
def tenant(request: Asked, tenant: Uid) -> dict[str, Any]:
    """What is known of one company."""
    row = request.company
    return gist(row) | {
        "tenant": row.uid,
        "employees": row.employees,
        "endpoints": row.endpoints,
        "vendor_contact": row.vendor_contact,
        "sites": [site.name for site in row.sites.all()],
    }


def gist(row: Tenant) -> dict[str, Any]:
    return {"uid": row.uid, "name": row.name, "sector": row.sector, "timezone": row.timezone}
