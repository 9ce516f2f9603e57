"""Writes a chat model of one small layer with random weights: it talks nonsense, but it talks. The
one thing it was taught is to call a function `weather` when there are functions.

usage: tiny_model.py FILE          (runs where the `gguf` package is)
"""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import Any

import gguf
import numpy as np

TEMPLATE = r"""
{%- if tools %}<|im_start|>system
You may call these functions:
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
Write a call as <tool_call>{"name": NAME, "arguments": OBJECT}</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}<|im_start|>{{ message.role }}
{{ message.content or "" }}
{%- for call in message.tool_calls or [] -%}
<tool_call>{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
{{- "</tool_call>" }}
{%- endfor %}<|im_end|>
{% endfor %}
{%- if add_generation_prompt %}<|im_start|>assistant{{ "\n" if tools else ":" }}{% endif %}"""

# The pieces of a call, each a token of its own, after the line end that only tools bring about.
LINE_END, END = "<0x0A>", "</s>"
CALL = ["<tool_call>", '{"name":▁"weather",▁"arguments":▁{"city":▁"Paris"}}', "</tool_call>"]

WIDTH, HIDDEN, HEADS, CONTEXT = 32, 64, 2, 4096
CONTROL = ["<unk>", "<s>", "</s>"]


def vocabulary() -> tuple[list[str], list[int]]:
    """Every byte and every printable character of ASCII: any text can be told in these."""
    of_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
    characters = ["▁", *(chr(code) for code in range(33, 127))]
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL]
    texts = characters + CALL
    types += [kinds.BYTE] * len(of_bytes) + [kinds.NORMAL] * len(texts)
    return CONTROL + of_bytes + texts, [int(kind) for kind in types]


def shapes(tokens: int) -> dict[str, tuple[int, ...]]:
    square, up, down = (WIDTH, WIDTH), (HIDDEN, WIDTH), (WIDTH, HIDDEN)
    layer = {
        "attn_norm": (WIDTH,),
        **{f"attn_{name}": square for name in ("q", "k", "v", "output")},
        "ffn_norm": (WIDTH,),
        "ffn_gate": up,
        "ffn_up": up,
        "ffn_down": down,
    }
    ends = {"token_embd": (tokens, WIDTH), "output_norm": (WIDTH,), "output": (tokens, WIDTH)}
    return {**ends, **{f"blk.0.{name}": shape for name, shape in layer.items()}}


def weights(tokens: list[str]) -> dict[str, Any]:
    numbers = np.random.default_rng(7)
    made: dict[str, Any] = {}
    for name, shape in shapes(len(tokens)).items():
        made[name] = numbers.normal(0, 0.2, shape) if len(shape) > 1 else np.ones(shape)
    teach(made, [tokens.index(piece) for piece in (LINE_END, *CALL, END)])
    return made


def teach(made: dict[str, Any], pieces: list[int]) -> None:
    """After each piece comes the next: every one has a dimension that nothing else touches."""
    own = len(pieces) - 1
    for name in ("token_embd", "output"):
        made[name][:, :own] = 0
    for name in ("blk.0.attn_output", "blk.0.ffn_down"):
        made[name][:own, :] = 0
    for dimension, (before, after) in enumerate(pairwise(pieces)):
        made["token_embd"][before, dimension] = 5
        made["output"][after] = 0
        made["output"][after, dimension] = 20


def write(path: str) -> None:
    tokens, types = vocabulary()
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in tokens])
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)
    for name, values in weights(tokens).items():
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write(sys.argv[1])
