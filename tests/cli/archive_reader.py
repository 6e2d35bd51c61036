#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""
archive_reader.py [--index] FILE: prints an archive as JSON Lines, and its damages on stderr. It is written from
docs/format.md alone and shares nothing with the library. --index: prints what the index tells instead.
"""
import json
import re
import struct
import sys
import zlib

import zstandard

MAGIC = b"\x89TSPOOL\n"
HEAD = struct.Struct("<8sBBHIIIIIQQQIIQQQII")
NAMES = ("magic version type head_bytes head_checksum stored_bytes stored_checksum content_bytes names_bytes "
         "section offset records_before records losses lost first_time_ns last_time_ns previous_bytes part").split()
MACHINE, FRAMES, INDEX, END = 1, 2, 3, 4
UNKNOWN = 2 ** 64 - 1


def head_at(data, place):
    """The head of a block, None if no whole one is here."""
    if data[place:place + 8] != MAGIC or len(data) - place < HEAD.size:
        return None
    head = dict(zip(NAMES, HEAD.unpack_from(data, place)))
    raw = data[place:place + head["head_bytes"]]
    if not HEAD.size <= head["head_bytes"] <= 4096 or len(raw) < head["head_bytes"]:
        return None
    if zlib.crc32(raw[:12] + bytes(4) + raw[16:]) != head["head_checksum"] or head["version"] != 1:
        return None
    return head


def content_at(data, place, head):
    """The content of a block, None if it is damaged."""
    begin = place + head["head_bytes"]
    stored = data[begin:begin + head["stored_bytes"]]
    if len(stored) < head["stored_bytes"] or zlib.crc32(stored) != head["stored_checksum"]:
        return None
    if not stored:
        return b""
    content = zstandard.ZstdDecompressor().decompress(stored, max_output_size=head["content_bytes"])
    return content if len(content) == head["content_bytes"] else None


class Machine:
    """What a MACHINE block tells about the frames of its section."""

    def __init__(self, content):
        self.order, self.fields, self.lost_fields = "<", [], []
        self.types, self.causes = {}, {}
        for line in content.decode().splitlines():
            name, *values = line.split("\t")
            if name == "byte_order":
                self.order = "<" if values[0] == "little" else ">"
            elif name == "frame_type":
                self.types[int(values[0])] = values[1]
            elif name == "cause":
                self.causes[int(values[0])] = values[1]
            elif name == "field":
                self.fields.append((int(values[0]), values[1], values[2], int(values[3])))
            elif name == "lost_field":
                self.lost_fields.append((int(values[0]), values[1], values[2], int(values[3])))

    def value(self, frame, kind, offset):
        """What stands in a field; None if it does not lie in the frame as a whole."""
        text = re.fullmatch(r"char\[(\d+)\]", kind)
        size = int(text[1]) if text else int(kind[1:]) // 8
        if offset + size > len(frame):
            return None
        if text:
            return frame[offset:offset + size].split(b"\0")[0]
        code = {"u32": "I", "u64": "Q", "s32": "i", "s64": "q"}[kind]
        return struct.unpack_from(self.order + code, frame, offset)[0]


def escaped(text):
    """Bytes of any kind as tspool(7) prints them."""
    out = ""
    for char in text.decode("utf-8", "surrogateescape"):
        if char == "\\":
            out += "\\\\"
        elif "\udc80" <= char <= "\udcff":
            out += "\\x%02x" % (ord(char) - 0xdc00)
        elif ord(char) < 32 or 127 <= ord(char) < 160:
            out += "".join("\\x%02x" % byte for byte in char.encode())
        else:
            out += char
    return out


def lost_object(machine, frame, cpt):
    out = {"type": "lost"}
    if cpt != 2 ** 32 - 1:
        out["cpt"] = cpt
    values = {name: machine.value(frame, kind, offset) or 0 for _, name, kind, offset in machine.lost_fields}
    for _, name, _, _ in machine.lost_fields:
        if name == "cause":
            out[name] = machine.causes.get(values[name], "unknown")
        elif name != "reserved" and values["count"] != UNKNOWN and \
                (cpt != 2 ** 32 - 1 or name not in ("first_seq", "last_seq")):
            out[name] = values[name]
    return out


def record_object(machine, frame, kind, cpt, names):
    out = {"type": machine.types[kind], "cpt": cpt}
    present = struct.unpack_from(machine.order + "QQ", frame, 8)
    for number, name, field_type, offset in machine.fields:
        value = machine.value(frame, field_type, offset)
        if value is None or not present[number // 64] >> number % 64 & 1:
            continue
        out[name] = escaped(value) if isinstance(value, bytes) else value
        if name == "cgroup_id" and value in names:
            out["cgroup"] = escaped(names[value])
    return out


def names_of(content):
    names = {}
    while content:
        path, rest = content[8:].split(b"\0", 1)
        names[struct.unpack_from("<Q", content)[0]] = path
        content = rest
    return names


def print_frames(machine, head, content):
    frames = len(content) - head["names_bytes"]
    names = names_of(content[frames:])
    place = 0
    while place < frames:
        size, kind, _, cpt = struct.unpack_from(machine.order + "HBBI", content, place)
        frame = content[place:place + size]
        if kind == 3:
            print(json.dumps(lost_object(machine, frame, cpt)))
        elif kind in (1, 2):
            print(json.dumps(record_object(machine, frame, kind, cpt, names)))
        place += size


def print_damage(offset, size, records, more):
    print(f"damage at byte {offset}: {size} bytes, {records} records lost{' or more' if more else ''}",
          file=sys.stderr)
    lost = {"type": "lost", "cause": "file_damaged"}
    if more:
        print(json.dumps(lost))
    elif records:
        print(json.dumps({"type": "lost", "count": records, "cause": "file_damaged", "time_ns": 0,
                          "wall_time_ns": 0}))


class Reader:
    """Reads block by block, over damages."""

    def __init__(self, data):
        self.data, self.place = data, 0
        self.section, self.open, self.counted = None, False, 0
        self.machine = None
        self.damage, self.damaged_records = None, 0

    def check_order(self, head):
        """Tells what is missing before a whole head."""
        same = self.open and head["section"] == self.section
        missing, more = head["records_before"] - (self.counted if same else 0), False
        if not same:
            more = self.open
            if self.damage is None and self.open:
                print_damage(self.place, 0, 0, True)
                more = False
            if self.damage is not None and self.place - self.damage != head["offset"]:
                more = True
            self.section, self.open, self.machine = head["section"], True, None
        if self.damage is not None:
            print_damage(self.damage, self.place - self.damage, max(missing, 0), more)
        elif missing > 0 or (not same and head["type"] != MACHINE):
            print_damage(self.place, 0, missing, False)
        self.damage, self.counted = None, head["records_before"]

    def take(self, head, content):
        self.place += head["head_bytes"] + head["stored_bytes"]
        self.counted += head["records"]
        if head["type"] == MACHINE:
            self.machine = Machine(content)
        elif head["type"] == FRAMES:
            print_frames(self.machine or self.fallback, head, content)
        elif head["type"] == END:
            self.open = False

    def read(self):
        # Where a MACHINE block is damaged, one of another section may tell of the same frames.
        self.fallback = next((Machine(content_at(self.data, m.start(), head)) for m in
                              re.finditer(re.escape(MAGIC), self.data)
                              for head in [head_at(self.data, m.start())]
                              if head and head["type"] == MACHINE and
                              content_at(self.data, m.start(), head)), None)
        while self.place < len(self.data):
            head = head_at(self.data, self.place)
            if head:
                self.check_order(head)
                content = content_at(self.data, self.place, head)
                if content is not None:
                    self.take(head, content)
                    continue
            if self.damage is None:
                self.damage = self.place
                self.damaged_records = head["records"] if head else 0
            self.place = self.data.find(MAGIC, self.place + 1)
            if self.place < 0:
                self.place = len(self.data)
        if self.damage is not None:
            print_damage(self.damage, self.place - self.damage, self.damaged_records, True)
        elif self.open:
            print_damage(self.place, 0, 0, True)


def print_index(data):
    """The FRAMES blocks as the indexes have them, from the end of the file to its start."""
    end = len(data)
    while end:
        head = head_at(data, end - 96)
        assert head and head["type"] == END
        begin = end - 96 - head["offset"]
        offset = head["offset"] - head["previous_bytes"]
        while offset != UNKNOWN:
            index = head_at(data, begin + offset)
            assert index["type"] == INDEX and index["section"] == head["section"]
            content = content_at(data, begin + offset, index)
            offset = struct.unpack_from("<Q", content)[0]
            for entry in struct.iter_unpack("<QQQQ", content[8:]):
                block = head_at(data, begin + entry[0])
                assert block["type"] == FRAMES
                assert entry[1:] == (block["first_time_ns"], block["last_time_ns"], block["records_before"])
                print(begin + entry[0], *entry[1:])
        end = begin


def main():
    with open(sys.argv[-1], "rb") as file:
        data = file.read()
    if sys.argv[1] == "--index":
        print_index(data)
    else:
        Reader(data).read()


main()
