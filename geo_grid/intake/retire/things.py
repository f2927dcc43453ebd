"""Households, posts, risk sites and facilities that the files no longer hold, as things that may be retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo_grid.grids import Net
from geo_grid.intake.retire.choice import Retiring
from geo_grid.intake.retire.missing import Gone, Missing
from geo_grid.staffing import Post
from geo_grid.vocabulary import Role


def gone_households(missing: Sequence[tuple[str, str]], net: Net, retiring: Retiring) -> Gone:
    """The missing households (code, grid's code), told apart by the widest grid above theirs."""
    roots = {grid: net.root(grid) for grid in {grid for _, grid in missing}}
    return Gone(
        [
            Missing(code, roots[grid], grid, retiring.takes("households", roots[grid], code), households=1)
            for code, grid in missing
        ]
    )


def gone_posts(missing: Sequence[tuple[Post, Sequence[str]]], retiring: Retiring) -> Gone:
    """The missing posts, each with the names of those in it."""
    return Gone(
        [
            Missing(
                code := code_of(post),
                post.role.code,
                "、".join(names),
                retiring.takes("posts", post.role.code, code),
                posts=1,
                people=len(names),
            )
            for post, names in missing
        ]
    )


def gone_places(noun: str, missing: Mapping[str, tuple[str, str]], retiring: Retiring) -> Gone:
    """The missing risk sites or facilities by code, each with its kind and name."""
    return Gone([Missing(code, kind, name, retiring.takes(noun, kind, code)) for code, (kind, name) in missing.items()])


def code_of(post: Post) -> str:
    """What a post is called among codes: grid, role and seat."""
    return f"{post.grid} {post.role.code} {post.seat}"


def post_of(code: str) -> Post:
    """The post that is called so."""
    grid, role, seat = code.split(" ")
    return Post(grid, Role[role], int(seat))
