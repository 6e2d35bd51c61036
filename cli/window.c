// SPDX-License-Identifier: GPL-2.0-only
#include "window.h"

#include <errno.h>
#include <stdlib.h>

struct tsp_window_line {
	uint64_t time_ns;
	uint64_t number;	/* of those added */
	struct tsp_held_text *text;
	const char *bytes;
	size_t length;
};

void tsp_window_init(struct tsp_window *window, uint64_t width_ns, size_t bytes_max)
{
	*window = (struct tsp_window){ .width_ns = width_ns, .bytes_max = bytes_max };
}

void tsp_window_free(struct tsp_window *window)
{
	for (size_t i = 0; i < window->count; i++)
		tsp_let_go_text(window->heap[i].text);
	free(window->heap);
}

static bool is_before(const struct tsp_window_line *a, const struct tsp_window_line *b)
{
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns;
	return a->number < b->number;
}

static int make_room(struct tsp_window *window)
{
	size_t room = window->room ? 2 * window->room : 1024;
	struct tsp_window_line *heap;

	if (window->count < window->room)
		return 0;
	heap = reallocarray(window->heap, room, sizeof(*heap));
	if (!heap)
		return -ENOMEM;
	window->heap = heap;
	window->room = room;
	return 0;
}

/* Puts a line into the hole at index, or what lies above it there and the line further up. */
static void sift_up(struct tsp_window *window, size_t index, const struct tsp_window_line *line)
{
	while (index && is_before(line, &window->heap[(index - 1) / 2])) {
		window->heap[index] = window->heap[(index - 1) / 2];
		index = (index - 1) / 2;
	}
	window->heap[index] = *line;
}

/* The same from the top, down. */
static void sift_down(struct tsp_window *window, const struct tsp_window_line *line)
{
	size_t index = 0, child;

	while ((child = 2 * index + 1) < window->count) {
		if (child + 1 < window->count &&
		    is_before(&window->heap[child + 1], &window->heap[child]))
			child++;
		if (!is_before(&window->heap[child], line))
			break;
		window->heap[index] = window->heap[child];
		index = child;
	}
	window->heap[index] = *line;
}

int tsp_window_add(struct tsp_window *window, uint64_t time_ns, struct tsp_held_text *text,
		   const char *bytes, size_t length)
{
	const struct tsp_window_line line = {
		.time_ns = time_ns,
		.number = window->added,
		.text = text,
		.bytes = bytes,
		.length = length,
	};

	if (make_room(window))
		return -ENOMEM;
	tsp_hold_text(text);
	window->late += time_ns < window->written_ns;
	window->added++;
	window->bytes += length;
	sift_up(window, window->count++, &line);
	return 0;
}

static int write_first(struct tsp_window *window, FILE *out)
{
	const struct tsp_window_line first = window->heap[0];
	const struct tsp_window_line last = window->heap[--window->count];
	size_t written = fwrite(first.bytes, 1, first.length, out);

	sift_down(window, &last);
	window->bytes -= first.length;
	if (first.time_ns > window->written_ns)
		window->written_ns = first.time_ns;
	tsp_let_go_text(first.text);
	return written == first.length ? 0 : -1;
}

static bool is_due(const struct tsp_window *window, uint64_t now_ns)
{
	return window->heap[0].time_ns + window->width_ns <= now_ns ||
	       window->bytes > window->bytes_max;
}

int tsp_window_write(struct tsp_window *window, uint64_t now_ns, FILE *out)
{
	int ret = 0;

	while (window->count && is_due(window, now_ns) && !ret)
		ret = write_first(window, out);
	return ret;
}

int tsp_window_flush(struct tsp_window *window, FILE *out)
{
	int ret = 0;

	while (window->count && !ret)
		ret = write_first(window, out);
	return ret;
}
