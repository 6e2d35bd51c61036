// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "interval.h"
#include "scale.h"

#define INTERVAL_NS	200000000

void tsp_progress_start(struct tsp_progress *progress)
{
	*progress = (struct tsp_progress){
		.shown = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO),
		.next_ns = tsp_clock_ns(CLOCK_MONOTONIC) + INTERVAL_NS,
	};
}

void tsp_progress_show(struct tsp_progress *progress, const char *name, uint64_t done, uint64_t all)
{
	char scaled[TSP_SCALED_SIZE];
	uint64_t now;

	if (!progress->shown || !all)
		return;
	now = tsp_clock_ns(CLOCK_MONOTONIC);
	if (now < progress->next_ns)
		return;
	progress->next_ns = now + INTERVAL_NS;
	progress->on_line = true;
	fprintf(stderr, "\r%.48s: %3d %% of %s\033[K", name,
		(int)((double)done * 100 / (double)all), tsp_scale_bytes(all, scaled));
}

void tsp_progress_clear(struct tsp_progress *progress)
{
	if (progress->on_line)
		fputs("\r\033[K", stderr);
	progress->on_line = false;
}
