"""Writes a chat model of one small layer with random weights: it talks nonsense, but it talks.

usage: tiny_model.py FILE          (runs where the `gguf` package is)
"""

from __future__ import annotations

import sys

import gguf
import numpy as np

WIDTH, HIDDEN, HEADS, CONTEXT = 32, 64, 2, 4096
CONTROL = ["<unk>", "<s>", "</s>"]


def vocabulary() -> tuple[list[str], list[int]]:
    """Every byte and every printable character of ASCII: any text can be told in these."""
    of_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
    characters = ["▁", *(chr(code) for code in range(33, 127))]
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL]
    types += [kinds.BYTE] * len(of_bytes) + [kinds.NORMAL] * len(characters)
    return CONTROL + of_bytes + characters, [int(kind) for kind in types]


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
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in tokens])
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    numbers = np.random.default_rng(7)
    for name, shape in shapes(len(tokens)).items():
        if name.endswith("norm"):
            weights = np.ones(shape, np.float32)
        else:
            weights = numbers.normal(0, 0.2, shape).astype(np.float32)
        writer.add_tensor(f"{name}.weight", weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


write(sys.argv[1])
