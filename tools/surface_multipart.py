"""Recognises how a method turns its parameters into a form: which are files, which have types."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

FORM = "multipart/form-data"


@dataclass
class Form:
    files: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)  # field -> content type
    raw: str = ""  # the field that is the whole body if no other is given
    header: bool = False  # Content-Type: multipart/form-data
    optional: bool = False  # only if there are files
    copied: ast.expr | None = None  # the parameters, as a dict, before files are taken out
    transformed: ast.Call | None = None  # `maybe_transform(parameters, type)`

    def facts(self) -> dict[str, object]:
        found: dict[str, object] = {}
        if self.files:
            found["files"] = self.files
        if self.optional:
            found["form"] = "if_files"
        if self.parts:
            found["raw_part"] = self.raw
        return found

    @property
    def used(self) -> bool:
        return bool(self.files or self.parts)

    def takes(self, statement: ast.stmt) -> bool:
        """Whether this is a step of making a form; what it says is kept."""
        if isinstance(statement, ast.If):
            return self._optional(statement)
        if not isinstance(statement, ast.Assign):
            return False
        target, value = ast.unparse(statement.targets[0]), statement.value
        if target == "extra_headers":
            text = ast.unparse(value)
            self.header |= text.startswith("{'Content-Type': 'multipart/form-data', **")
            return FORM in text or (
                bool(self.parts) and text.endswith("'Content-Type': content_type}")
            )
        if target == "extra_body":
            return bool(self.parts) and ast.unparse(value) == "None"
        value = value.value if isinstance(value, ast.Await) else value
        if not isinstance(value, ast.Call):
            return False
        name = ast.unparse(value.func)
        if name == "deepcopy_with_paths":
            self.copied = value.args[0]
            return True
        if name.endswith("maybe_transform") and target == "multipart_body":
            self.transformed = value
            return True
        if name == "extract_files":
            return self._files(value)
        return name == "encode_multipart" and self._parts(value)

    def _optional(self, statement: ast.If) -> bool:
        inside = statement.body[0]
        found = (
            ast.unparse(statement.test) in ("files", "extracted_files")
            and len(statement.body) == 1
            and not statement.orelse
            and isinstance(inside, ast.Assign)
            and FORM in ast.unparse(inside.value)
        )
        self.optional |= found
        return found

    def _files(self, call: ast.Call) -> bool:
        (paths,) = [ast.literal_eval(k.value) for k in call.keywords if k.arg == "paths"]
        # Files stand at the top of the body, alone or in a list; both are always taken.
        if any(rest not in ([], ["<array>"]) for _, *rest in paths) or len(call.keywords) != 1:
            return False
        self.files = list(dict.fromkeys(name for name, *_ in paths))
        return all([name] in paths for name in self.files)

    def _parts(self, call: ast.Call) -> bool:
        encodings, raw, existing = (ast.literal_eval(a) for a in call.args[2:])
        if existing is not None or any(
            as_json != kind.endswith("json") for kind, as_json in encodings.values()
        ):
            return False
        self.parts = {name: kind for name, (kind, _) in encodings.items()}
        self.raw = raw
        return True
