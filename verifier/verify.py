#!/usr/bin/env python3
"""Verifies KubeChat's audit evidence without KubeChat: Python 3.8 or later and nothing else.

  verify.py record RECORD PROOF --public-key KEY [--rotations FILE]   one record and its tlog-proof
  verify.py log FOLDER --public-key KEY                               a folder that `kubechat audit export` wrote

KEY may be older than the log's present one: rotations.json of an export leads from one to the other.

The formats are public: c2sp.org/signed-note, tlog-checkpoint, tlog-tiles, tlog-proof; RFC 6962; RFC 8032.
"""
import base64, hashlib, json, os, sys

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def fail(why):
    sys.exit("NOT VALID: " + why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Ed25519 (RFC 8032): points as (x, y, z, t), x = X/Z, y = Y/Z, xy = T/Z.
def add(a, b):
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, E = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(k, point):
    result = (0, 1, 1, 0)
    while k:
        if k & 1:
            result = add(result, point)
        point, k = add(point, point), k >> 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def ed25519(key, message, signature):
    base = decompress(((4 * pow(5, P - 2, P)) % P).to_bytes(32, "little"))
    a, r, s = decompress(key), decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return same(times(s, base), add(r, times(k, a)))


def checkpoint(note, vkeys):
    """Size and root that one of the keys has signed."""
    signers = [line.partition(" ")[2] for line in note.rpartition("\n\n")[2].splitlines()]
    ids = [base64.b64decode(line.partition(" ")[2])[:4].hex() for line in signers]
    return signed(note, next((key for key in vkeys if key.split("+")[1] in ids), vkeys[0]))


def signed(note, vkey):
    name, key_id, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    if key[:1] != b"\x01" or len(key) != 33 or sha256(name.encode(), b"\n", key)[:4].hex() != key_id:
        fail("the public key is malformed")
    text, found, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.splitlines():
        signer, _, blob = line[2:].partition(" ")
        blob = base64.b64decode(blob)
        if line[:2] == "\u2014 " and signer == name and blob[:4].hex() == key_id:
            if not ed25519(key[1:], text.encode(), blob[4:]):
                fail("the signature of the checkpoint")
            origin, size, root = text.split("\n")[:3]
            if origin != name:
                fail("the checkpoint is of another log")
            return int(size), base64.b64decode(root)
    fail("the checkpoint is not signed with this key")


def present(vkey, rotations):
    """The key, and those that the log's own records lead to from it."""
    vkeys, states = [vkey.strip()], []
    for rotation in rotations:
        said = json.loads(rotation["record"])
        if said["kind"] == "log.key_rotated" and said["data"]["old"] == vkeys[-1]:
            states.append(included(rotation["record"].encode(), rotation["proof"], [vkeys[-1]])[1:])
            included(rotation["record"].encode(), rotation["proof"], [said["data"]["new"]])
            if said["data"]["new"].split("+")[0] != vkeys[-1].split("+")[0]:
                fail("a new key is of another log")
            vkeys.append(said["data"]["new"])
    return vkeys, states


def read(path):
    with open(path, "rb") as file:
        return file.read()


def record(path, proof_path, vkey, rotations):
    vkeys, _ = present(vkey, rotations)
    index, size, _ = included(read(path), read(proof_path).decode(), vkeys)
    print("VALID: record %d of %d" % (index, size))


def included(record, text, vkeys):
    """Index, size and root: the record is in a log that one of the keys has signed."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        fail("this is no tlog-proof")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0)[len("index "):])
    size, root = checkpoint(note, vkeys)
    if index >= size:
        fail("the index is beyond the log")
    # RFC 9162, 2.1.3.2
    node, last, value = index, size - 1, sha256(b"\0", record)
    for line in lines:
        sibling = base64.b64decode(line, validate=True)
        if last == 0:
            fail("the path is too long")
        if node & 1 or node == last:
            value = sha256(b"\1", sibling, value)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            value = sha256(b"\1", value, sibling)
        node, last = node >> 1, last >> 1
    if last or value != root:
        fail("the record is not the one that the log holds at %d" % index)
    return index, size, root


def number_path(number):
    path = "%03d" % (number % 1000)
    while number >= 1000:
        number //= 1000
        path = "x%03d/%s" % (number % 1000, path)
    return path


def whole(peaks):
    value = peaks[-1][1] if peaks else sha256()
    for _, left in reversed(peaks[:-1]):
        value = sha256(b"\1", left, value)
    return value


def log(folder, vkey):
    vkeys, states = present(vkey, json.loads(read(os.path.join(folder, "rotations.json"))))
    size, root = signed(read(os.path.join(folder, "checkpoint")).decode(), vkeys[-1])
    states = dict(states)
    peaks = []  # complete subtrees, the largest first: (entries, hash)
    for number in range((size + 255) // 256):
        width = min(256, size - number * 256)
        partial = "" if width == 256 else ".p/%d" % width
        bundle = read(os.path.join(folder, "tile", "entries", number_path(number) + partial))
        hashes = read(os.path.join(folder, "tile", "0", number_path(number) + partial))
        at = 0
        for i in range(width):
            end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
            leaf, at = sha256(b"\0", bundle[at + 2 : end]), end
            if at > len(bundle) or leaf != hashes[32 * i : 32 * i + 32]:
                fail("record %d is not what was logged" % (number * 256 + i))
            peaks.append((1, leaf))
            while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
                (count, right), (_, left) = peaks.pop(), peaks.pop()
                peaks.append((2 * count, sha256(b"\1", left, right)))
            at_size = number * 256 + i + 1
            if at_size in states and whole(peaks) != states[at_size]:
                fail("the first %d records are not those that a change of keys was signed over" % at_size)
        if at != len(bundle) or len(hashes) != 32 * width:
            fail("there is more than was logged at record %d" % (number * 256 + width - 1))
    if whole(peaks) != root:
        fail("the records are not those that the checkpoint was signed over")
    print("VALID: all %d records" % size)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) == 5 and arguments[0] == "record" and arguments[3] == "--public-key":
        record(arguments[1], arguments[2], arguments[4], [])
    elif len(arguments) == 7 and arguments[0] == "record" and arguments[3::2] == ["--public-key", "--rotations"]:
        record(arguments[1], arguments[2], arguments[4], json.loads(read(arguments[6])))
    elif len(arguments) == 4 and arguments[0] == "log" and arguments[2] == "--public-key":
        log(arguments[1], arguments[3])
    else:
        sys.exit(__doc__)
