"""Read one YAML file of the catalogue strictly, so that what is written is what is meant.

Plain YAML is generous: `no` is false, `08:30` is 30600, a key written twice keeps the last. Here a key
may stand once, only true and false are booleans, times and dates stay text, and aliases are refused
(they can blow a small file up to gigabytes).
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from openiop.domain.errors import InvalidInput

MAX_BYTES = 1_000_000
MAX_DEPTH = 40


class _Strict:
    """What makes a loader strict: the core types of YAML 1.2 only, each key once, no aliases, not too deep."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    depth = 0

    def compose_node(self: Any, parent: yaml.Node | None, index: int) -> Any:
        """Compose one node; aliases and very deep nesting are refused."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, "anchors and aliases are not used here", mark)
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = self.peek_event().start_mark
            raise yaml.composer.ComposerError(None, None, f"nested deeper than {MAX_DEPTH} levels", mark)
        try:
            return super().compose_node(parent, index)  # type: ignore[misc]
        finally:
            self.depth -= 1

    def construct_mapping(self: Any, node: yaml.MappingNode, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Build a mapping whose keys are texts and stand once."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} stands twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)  # type: ignore[misc]


if yaml.__with_libyaml__:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]

    class _StrictLoader(_Strict, Composer, CParser, SafeConstructor, Resolver):
        """Events from libyaml, six times as fast; composing and constructing in Python, as strict."""

        def __init__(self, stream: str) -> None:
            CParser.__init__(self, stream)
            Composer.__init__(self)
            SafeConstructor.__init__(self)
            Resolver.__init__(self)

else:

    class _StrictLoader(_Strict, yaml.SafeLoader):  # type: ignore[no-redef]
        """The same where PyYAML was built without libyaml."""


_RESOLVERS: tuple[tuple[str, str, str], ...] = (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]{0,17})$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,9}$", "-0123456789"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", "n~\0"),
)
for _tag, _pattern, _first in _RESOLVERS:
    _StrictLoader.add_implicit_resolver(_tag, re.compile(_pattern), ["" if c == "\0" else c for c in _first])


def read_yaml(raw: bytes, *, name: str) -> dict[str, Any]:
    """Parse `raw` into a mapping; InvalidInput names the file, the line and what is wrong."""
    if len(raw) > MAX_BYTES:
        raise InvalidInput(f"{name}: the file is larger than {MAX_BYTES // 1000} kB.", code="too-large")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{name}: byte {error.start} is not UTF-8.", code="not-utf-8") from None
    try:
        loader: Any = _StrictLoader
        data = yaml.load(text, Loader=loader)  # noqa: S506 - a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise InvalidInput(f"{name}{where}: {error.problem or error}.", code="not-yaml") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidInput(f"{name}: {str(error).splitlines()[0]}", code="not-yaml") from None
    if not isinstance(data, dict):
        raise InvalidInput(f"{name}: the file must be a mapping of keys to values.", code="not-a-mapping")
    return data
