// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <tspool/decode.h>

/* More than a buffer's records take, where the paths of their cgroups are no longer than most. */
#define USUAL_BYTES	(256 << 10)

int tsp_lines_open(struct tsp_lines *lines)
{
	lines->text = malloc(USUAL_BYTES);
	lines->size = lines->text ? USUAL_BYTES : 0;
	return lines->text ? 0 : -ENOMEM;
}

void tsp_lines_close(struct tsp_lines *lines)
{
	free(lines->text);
}

static int make_room(struct tsp_lines *lines, size_t bytes)
{
	size_t size = 2 * (lines->used + bytes);
	char *text;

	if (lines->size - lines->used >= bytes)
		return 0;
	text = realloc(lines->text, size);
	if (!text)
		return -ENOMEM;
	lines->text = text;
	lines->size = size;
	return 0;
}

static int make_line(struct tsp_lines *lines, const struct tspool_frame *frame,
		     const struct tsp_sink *sink, struct tsp_shared_cgroups *cgroups)
{
	const struct tspool_record *record = tspool_frame_record(frame);
	const char *cgroup = NULL;

	if (record)
		cgroup = tsp_shared_cgroup(cgroups, record, lines->cgroup);
	if (make_room(lines, tsp_line_room(cgroup)))
		return -ENOMEM;
	if (record)
		lines->used += sink->record_line(lines->text + lines->used, record, cgroup);
	else
		lines->used += sink->lost_line(lines->text + lines->used, tspool_frame_lost(frame));
	return 0;
}

int tsp_lines_make(struct tsp_lines *lines, const struct tsp_frames *frames,
		   const struct tsp_sink *sink, struct tsp_shared_cgroups *cgroups)
{
	const struct tspool_frame *frame = NULL;

	lines->used = 0;
	lines->count = 0;
	while ((frame = tsp_frames_next(frames, frame))) {
		if (make_line(lines, frame, sink, cgroups))
			return -ENOMEM;
		lines->ends[lines->count++] = lines->used;
	}
	return 0;
}
