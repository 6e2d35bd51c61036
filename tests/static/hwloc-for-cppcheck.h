/* SPDX-License-Identifier: GPL-2.0-only */
/* hwloc's loops are pairs of macros that are no statements; cppcheck is given plain ones. */
#define hwloc_bitmap_foreach_begin(id, set) for ((id) = 0; hwloc_bitmap_next(set, id); (id)++) {
#define hwloc_bitmap_foreach_end() }
