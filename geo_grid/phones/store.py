"""The phones that were stored before there were seals."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geo_grid.phones.vault import SEAL, Holder, Vault, vault_of

#: (table, what tells images of one row apart, whose phones) of every place where people's phones are stored.
PLACES = (
    ("households", "0", Holder.HOUSEHOLD),
    ("workers", "0", Holder.WORKER),
    ("household_history", "seq", Holder.HOUSEHOLD),
    ("worker_history", "seq", Holder.WORKER),
)


def seal_standing(conn: Connection, vault: Vault) -> int:
    """How many phones stood open and are sealed now; `conn` is the owner's, whose triggers rest meanwhile."""
    return sum(_seal_table(conn, vault, *place) for place in PLACES)


def any_standing(conn: Connection) -> bool:
    """Whether any phone stands open."""
    tables = " UNION ALL ".join(f"SELECT phone FROM geo_grid.{table}" for table, _, _ in PLACES)  # noqa: S608
    found = text(f"SELECT EXISTS (SELECT FROM ({tables}) p WHERE phone <> '' AND NOT starts_with(phone, :seal))")  # noqa: S608
    return bool(conn.execute(found, {"seal": SEAL}).scalar_one())


def key_fits(conn: Connection) -> bool:
    """Whether the key at hand opens what is sealed; true when nothing is."""
    vault = vault_of(conn)
    for table, _, holder in PLACES[:2]:
        one = text(f"SELECT code, phone FROM geo_grid.{table} WHERE starts_with(phone, :seal) ORDER BY id LIMIT 1")  # noqa: S608
        row = conn.execute(one, {"seal": SEAL}).one_or_none()
        if row is not None and vault.open_or_keep(holder, row.code, row.phone) == row.phone:
            return False
    return True


def _seal_table(conn: Connection, vault: Vault, table: str, image: str, holder: Holder) -> int:
    """How many phones of one table were sealed."""
    standing = text(
        f"SELECT id, {image}, code, phone FROM geo_grid.{table}"  # noqa: S608
        " WHERE phone <> '' AND NOT starts_with(phone, :seal)"
    )
    rows = conn.execute(standing, {"seal": SEAL}).all()
    if not rows:
        return 0
    conn.execute(text(f"ALTER TABLE geo_grid.{table} DISABLE TRIGGER USER"))
    sealed = text(
        f"UPDATE geo_grid.{table} t SET phone = s.phone"  # noqa: S608
        " FROM unnest(CAST(:ids AS bigint[]), CAST(:seqs AS bigint[]), CAST(:phones AS text[])) AS s (id, seq, phone)"
        f" WHERE t.id = s.id AND s.seq = {image if image == '0' else 't.seq'}"
    )
    phones = [vault.seal(holder, code, phone) for _, _, code, phone in rows]
    conn.execute(sealed, {"ids": [row[0] for row in rows], "seqs": [row[1] for row in rows], "phones": phones})
    conn.execute(text(f"ALTER TABLE geo_grid.{table} ENABLE TRIGGER USER"))
    return len(rows)
