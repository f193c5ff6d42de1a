#!/usr/bin/env python3
"""Writes a language model that says nothing sensible, in half a megabyte: tiny-model.py FILE.

GGUF version 3, architecture llama, two layers of 64, random weights of a fixed seed, a vocabulary of bytes and ASCII. It
shows that transport, streaming, token counts, schemas, cancelling and time-outs are right; never that an answer is.
"""

import random
import struct
import sys

WIDTH, HEADS, INNER, LAYERS, CONTEXT, SEED = 64, 4, 128, 2, 4096, 7
U32, I32, F32, STRING, ARRAY = 4, 5, 6, 8, 9
SHAPES = {U32: "<I", I32: "<i", F32: "<f"}


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def one(kind, value):
    return text(value) if kind == STRING else struct.pack(SHAPES[kind], value)


def entry(key, kind, value):
    return text(key) + struct.pack("<I", kind) + one(kind, value)


def entries(key, kind, values):
    head = text(key) + struct.pack("<IIQ", ARRAY, kind, len(values))
    return head + b"".join(one(kind, value) for value in values)


def vocabulary():
    tokens = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    tokens += [("<0x%02X>" % byte, 0.0, 6) for byte in range(256)]
    printable = ["\u2581"] + [chr(code) for code in range(33, 127)]
    return tokens + [(word, -float(rank), 1) for rank, word in enumerate(printable)]


def metadata(tokens):
    numbers = {
        "context_length": CONTEXT, "embedding_length": WIDTH, "block_count": LAYERS, "feed_forward_length": INNER,
        "attention.head_count": HEADS, "attention.head_count_kv": HEADS, "rope.dimension_count": WIDTH // HEADS,
        "vocab_size": len(tokens),
    }
    meta = [entry("general.architecture", STRING, "llama"), entry("general.name", STRING, "tiny-random")]
    meta += [entry("general.file_type", U32, 0)]
    meta += [entry("llama." + key, U32, value) for key, value in numbers.items()]
    meta += [entry("llama.attention.layer_norm_rms_epsilon", F32, 1e-5)]
    meta += [entry("tokenizer.ggml.model", STRING, "llama")]
    meta += [entries("tokenizer.ggml.tokens", STRING, [token[0] for token in tokens])]
    meta += [entries("tokenizer.ggml.scores", F32, [token[1] for token in tokens])]
    meta += [entries("tokenizer.ggml.token_type", I32, [token[2] for token in tokens])]
    names = ("unknown", "bos", "eos")
    return meta + [entry("tokenizer.ggml.%s_token_id" % name, U32, rank) for rank, name in enumerate(names)]


def tensors(count):
    all_of_them = [("token_embd", (WIDTH, count)), ("output_norm", (WIDTH,)), ("output", (WIDTH, count))]
    for layer in range(LAYERS):
        block = "blk.%d." % layer
        all_of_them += [(block + "attn_norm", (WIDTH,)), (block + "ffn_norm", (WIDTH,))]
        all_of_them += [(block + "attn_" + part, (WIDTH, WIDTH)) for part in ("q", "k", "v", "output")]
        all_of_them += [(block + "ffn_gate", (WIDTH, INNER)), (block + "ffn_up", (WIDTH, INNER))]
        all_of_them += [(block + "ffn_down", (INNER, WIDTH))]
    return all_of_them


def build():
    draw = random.Random(SEED)
    tokens = vocabulary()
    meta, shapes = metadata(tokens), tensors(len(tokens))
    heads, data = b"", b""
    for name, shape in shapes:
        count = 1
        for length in shape:
            count *= length
        form = "<I%dQIQ" % len(shape)
        heads += text(name + ".weight") + struct.pack(form, len(shape), *shape, 0, len(data))
        weights = [1.0] * count if name.endswith("norm") else [draw.gauss(0, 0.08) for _ in range(count)]
        data += struct.pack("<%df" % count, *weights)
        data += b"\0" * (-len(data) % 32)
    out = b"GGUF" + struct.pack("<IQQ", 3, len(shapes), len(meta)) + b"".join(meta) + heads
    return out + b"\0" * (-len(out) % 32) + data


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(build())
