// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include "batch.h"
#include "latency.h"

#define LAST	(TSPOOL_LATENCY_BUCKETS - 1)

/* Which exits a bucket takes at a time: in ns of the boot clock. */
struct bucket {
	unsigned int index;
	u64	earliest;
	u64	width;
};

/* That of this exit. The clock may not be the same to the nanosecond on every CPU. */
static struct bucket bucket_of(u64 exit_time, u64 now)
{
	u64 usecs = div_u64(max(now, exit_time) - exit_time, NSEC_PER_USEC);
	unsigned int shift = usecs < 8 ? 0 : ilog2(usecs) - 2;
	unsigned int index = min_t(unsigned int, 4 * shift + (usecs >> shift), LAST);
	u64 from, width;

	shift = index < 4 ? 0 : index / 4 - 1;
	from = (u64)(index - 4 * shift) * NSEC_PER_USEC << shift;
	width = index < LAST ? (u64)NSEC_PER_USEC << shift : now + 1 - from;
	return (struct bucket){
		.index = index,
		.earliest = now + 1 - from - width,
		.width = width,
	};
}

static void count(struct tsp_latency *latency, const struct bucket *bucket, unsigned int records)
{
	u64 *counted = &latency->count[bucket->index];

	WRITE_ONCE(*counted, *counted + records);
}

/**
 * tsp_latency_count() - count the records of a batch that has just been delivered
 * @latency: of the CPT whose turn the caller has
 * @batch: encoded or kept
 */
void tsp_latency_count(struct tsp_latency *latency, const struct tsp_batch *batch)
{
	u64 now = ktime_get_boottime_ns();
	struct bucket bucket = {};
	unsigned int first = 0, i;

	/* Neighbours mostly are in the same one. */
	for (i = 0; i < batch->record_count; i++) {
		if (batch->exit_time[i] - bucket.earliest < bucket.width)
			continue;
		count(latency, &bucket, i - first);
		bucket = bucket_of(batch->exit_time[i], now);
		first = i;
	}
	count(latency, &bucket, i - first);
}
