// SPDX-License-Identifier: GPL-2.0-only
/*
 * make_archive FILE FRAMES [BLOCK_BYTES [ROTATE_BYTES]]: an archive of so many frames; where FRAMES
 * is FIRST-BEHIND, these are put behind what is there. Prints how many of them are records, and how
 * long these are as they came and in the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tspool/archive.h>

#include "archive_frames.h"

static void die(const struct tspool_archive_writer *writer)
{
	fprintf(stderr, "make_archive: %s\n",
		writer ? tspool_archive_writer_error(writer) : "no memory");
	exit(1);
}

static void put_all(struct tspool_archive_writer *writer, uint64_t first, uint64_t behind)
{
	char path[64];

	for (uint64_t number = first; number < behind; number++) {
		union any_frame any = make_frame(number);

		if (tspool_archive_put(writer, &any.frame, make_cgroup(&any, path, sizeof(path))))
			die(writer);
	}
	if (tspool_archive_finish(writer))
		die(writer);
}

int main(int argc, char **argv)
{
	struct tspool_archive_options options = { .writer = "make_archive" };
	struct tspool_archive_writer *writer;
	struct tspool_archive_totals totals;
	uint64_t first = 0, behind;
	char *rest;

	if (argc < 3) {
		fputs("usage: make_archive FILE FRAMES [BLOCK_BYTES [ROTATE_BYTES]]\n", stderr);
		return 2;
	}
	behind = strtoull(argv[2], &rest, 10);
	if (*rest == '-') {
		first = behind;
		behind = strtoull(rest + 1, NULL, 10);
		options.append = true;
	}
	if (argc > 3)
		options.block_bytes = (uint32_t)strtoul(argv[3], NULL, 10);
	if (argc > 4)
		options.rotate_bytes = strtoull(argv[4], NULL, 10);
	/* The second as another writer may have it, with what clears a screen, and CSI in UTF-8. */
	options.cpts = "0\t0-3\t0\n1\t4-7\t1\033[2J\302\233m\n";
	if (tspool_archive_create(argv[1], &options, &writer))
		die(writer);
	put_all(writer, first, behind);
	totals = tspool_archive_totals(writer);
	printf("%llu records, %.1f bytes each, %.1f in the file\n",
	       (unsigned long long)totals.records,
	       (double)totals.frame_bytes / (double)totals.records,
	       (double)totals.file_bytes / (double)totals.records);
	tspool_archive_writer_close(writer);
	return 0;
}
