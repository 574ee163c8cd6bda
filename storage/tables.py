"""Every table. Plain columns hold only what DESIGN.md lists: region, issue, urgency, language, channel, states, times,
reason codes, names of members and partners; besides them ids, counts and keyed look-up values. All else is sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.schema import SchemaItem

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime as whole microseconds: the same order and meaning on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *items: SchemaItem) -> Table:
    return Table(name, metadata, *items)


def _key() -> Column[str]:
    return Column("id", String, primary_key=True)


def _number() -> Column[int]:
    """Grows with every row: on both databases the order of insertion."""
    return Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _to(name: str, table: str, *, null: bool = False, key: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey(f"{table}.id"), nullable=null, primary_key=key, index=index)


def _code(name: str, *, key: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String, nullable=False, primary_key=key, index=index)


def _at(name: str, *, null: bool = False, index: bool = False) -> Column[datetime]:
    return Column(name, Moment(), nullable=null, index=index)


def _sealed(name: str, *, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null)


def _looked_up(name: str, *, null: bool = False, key: bool = False, unique: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=null, primary_key=key, unique=unique or None)


key_prints = _table("key_prints", _code("name", key=True), _looked_up("fingerprint"), _at("added_at"))
network_keys = _table("network_keys", _code("name", key=True), _sealed("key"))

conversations = _table(
    "conversations",
    _key(),
    _code("channel"),
    _looked_up("address_index", null=True, unique=True),
    _sealed("key", null=True),
    _sealed("address", null=True),
    _sealed("state", null=True),
    _code("language"),
    Column("case_id", String),
    Column("member_id", String),
    Column("silenced", Boolean, nullable=False),
    _at("received_at", null=True),
    _at("erased_at", null=True),
)

received = Table("received", metadata, _looked_up("key", key=True), _at("at", index=True), sqlite_with_rowid=False)

held = _table(
    "held",
    _number(),
    Column("id", String, nullable=False, unique=True),
    _to("conversation_id", "conversations", index=True),
    _sealed("body"),
    Column("attempts", Integer, nullable=False),
    _at("due_at", null=True, index=True),
    _at("held_at"),
)

traces = _table(
    "traces",
    _number(),
    Column("id", String, nullable=False, unique=True),
    _to("conversation_id", "conversations", index=True),
    _sealed("name"),
    _at("at", index=True),
)
erasures = _table(
    "erasures",
    _key(),
    _code("channel"),
    _sealed("body"),
    Column("attempts", Integer, nullable=False),
    _at("due_at", index=True),
)

outbox = _table(
    "outbox",
    _number(),
    Column("reference", String, nullable=False, unique=True),
    _to("conversation_id", "conversations"),
    _sealed("body", null=True),
    _sealed("provider_id", null=True),
    _code("state"),
    _code("code"),
    Column("reply", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    _at("added_at"),
    _at("due_at"),
    _at("expires_at", null=True),
    _at("settled_at", null=True),
)
_waiting = outbox.c.settled_at.is_(None)
Index("ix_outbox_waiting", outbox.c.conversation_id, outbox.c.n, sqlite_where=_waiting, postgresql_where=_waiting)
Index("ix_outbox_due", outbox.c.due_at, sqlite_where=_waiting, postgresql_where=_waiting)
Index("ix_outbox_settled_at", outbox.c.settled_at, sqlite_where=~_waiting, postgresql_where=~_waiting)

timers = _table(
    "timers",
    _code("kind", key=True),
    _code("subject", key=True),
    _at("due_at", index=True),
    _code("note"),
    Column("attempts", Integer, nullable=False),
)

partners = _table("partners", _code("id", key=True), Column("name", String, nullable=False), _sealed("record"))
imports = _table("imports", _number(), _at("at"))

members = _table(
    "members",
    _key(),
    Column("name", String, nullable=False, unique=True),
    _code("role"),
    Column("partner_id", String, index=True),
    _code("language"),
    Column("suspended", Boolean, nullable=False),
    _at("added_at"),
)
links = _table(
    "links",
    _to("conversation_id", "conversations", key=True),
    _to("member_id", "members", index=True),
    _at("linked_at"),
    _at("answered_at", null=True),
)
tokens = _table(
    "tokens",
    _looked_up("key", key=True),
    _code("kind"),
    _to("member_id", "members", index=True),
    _at("expires_at"),
    _at("seen_at"),
)

cases = _table(
    "cases",
    _key(),
    _looked_up("receipt_index", null=True, unique=True),
    _sealed("key", null=True),
    _sealed("detail", null=True),
    _to("conversation_id", "conversations", index=True),
    _code("channel"),
    _code("language"),
    _code("state", index=True),
    _code("region"),
    _code("issue"),
    _code("urgency"),
    _at("opened_at"),
    _at("promised_at", null=True),
    _to("taken_by", "members", null=True),
    _at("closed_at", null=True),
    _code("closed_reason"),
)
entries = _table(
    "entries",
    _number(),
    Column("id", String, nullable=False, unique=True),
    _to("case_id", "cases", index=True),
    _at("at"),
    _code("kind"),
    _code("actor"),
    Column("partner_id", String),
    _code("reason"),
    _sealed("words", null=True),
)

consents = _table(
    "consents",
    _key(),
    _to("conversation_id", "conversations", index=True),
    _to("case_id", "cases", null=True, index=True),
    _code("purpose"),
    _code("answer"),
    _code("wording"),
    _code("scope"),
    _code("language"),
    _code("channel"),
    _at("at"),
)

referrals = _table(
    "referrals",
    _key(),
    _to("case_id", "cases", index=True),
    _to("consent_id", "consents"),
    Column("partner_id", String, nullable=False, index=True),
    _code("state"),
    _looked_up("open_code", null=True, unique=True),
    _sealed("code", null=True),
    _code("urgency"),
    _at("offered_at", null=True),
    _at("due_at", null=True),
    _at("decided_at", null=True),
    _to("decided_by", "members", null=True),
    _code("reason"),
)
cards = _table(
    "cards",
    Column("reference", String, primary_key=True),
    _to("referral_id", "referrals", index=True),
    _to("member_id", "members"),
)

pages = _table(
    "pages",
    _key(),
    _to("conversation_id", "conversations"),
    _to("case_id", "cases", null=True, index=True),
    _code("kind"),
    _looked_up("open_code", null=True, unique=True),
    _sealed("code", null=True),
    _at("opened_at"),
    Column("repeats", Integer, nullable=False),
    _to("acknowledged_by", "members", null=True),
    _at("acknowledged_at", null=True),
)
_open_page = pages.c.acknowledged_at.is_(None)
Index(
    "uq_pages_open",
    pages.c.conversation_id,
    pages.c.kind,
    unique=True,
    sqlite_where=_open_page,
    postgresql_where=_open_page,
)

drills = _table(
    "drills",
    _key(),
    _code("kind"),
    _to("conversation_id", "conversations", null=True, index=True),
    _looked_up("open_code", null=True, unique=True),
    _sealed("code"),
    _at("opened_at"),
    Column("repeats", Integer, nullable=False),
    _to("answered_by", "members", null=True),
    _at("ended_at", null=True),
)

gaps = _table(
    "gaps",
    _code("region", key=True),
    _code("issue_group", key=True),
    _code("language", key=True),
    _code("day", key=True),
    Column("count", Integer, nullable=False),
)

audit = _table("audit", _number(), _at("at"), _code("action"), _code("actor"), _code("subject"), _code("reason"))
