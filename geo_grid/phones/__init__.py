"""Phone numbers of people: sealed where they are stored, opened for whoever may read them."""

from geo_grid.phones.store import any_standing, key_fits, seal_standing
from geo_grid.phones.vault import SEAL, Holder, Vault, WrongKey, is_sealed, vault_of

__all__ = ["SEAL", "Holder", "Vault", "WrongKey", "any_standing", "is_sealed", "key_fits", "seal_standing", "vault_of"]
