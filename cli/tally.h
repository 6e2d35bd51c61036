/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_TALLY_H
#define TSP_CLI_TALLY_H

#include <jansson.h>
#include <stdbool.h>
#include <tspool/record.h>

#include "quantiles.h"
#include "table.h"

/* What the records of one row have in common. */
enum tsp_tally_key {
	TSP_TALLY_COMM,
	TSP_TALLY_UID,
	TSP_TALLY_CGROUP,
	TSP_TALLY_STATUS,
	TSP_TALLY_CPT,
	TSP_TALLY_KEYS,
};

/* Fields of records that are summed up, or of which the highest stays. */
enum tsp_tally_figure {
	TSP_TALLY_RUN_TIME,
	TSP_TALLY_READ,
	TSP_TALLY_WRITTEN,
	TSP_TALLY_RSS,
	TSP_TALLY_FIGURES,
};

extern const enum tspool_field tsp_tally_fields[];

/* What rows are sorted by, the highest first. */
enum tsp_tally_order {
	TSP_TALLY_BY_RUN_TIME,
	TSP_TALLY_BY_COUNT,
	TSP_TALLY_BY_FAILED,
	TSP_TALLY_BY_DELAY,
	TSP_TALLY_BY_READ,
	TSP_TALLY_BY_WRITTEN,
	TSP_TALLY_BY_RSS,
};

/* For tsp_arg_choice(). */
extern const char *const tsp_tally_key_names[];
extern const char *const tsp_tally_order_names[];

struct tsp_tally_row {
	bool known;		/* the records told it */
	uint64_t number;	/* the uid, the cgroup's id, the wait status, the CPT */
	char comm[16];
	char *path;		/* of a cgroup; NULL: not known */
	uint64_t count;
	uint64_t failed;	/* with an exit status other than 0, or killed */
	uint64_t lost;
	uint64_t figures[TSP_TALLY_FIGURES];
	bool told[TSP_TALLY_FIGURES];
	struct tsp_quantiles delays; /* of a record's delays of all kinds together, in ns */
	uint64_t delay_ns;
};

/* A row for each value of a key. Belongs to one thread at a time. */
struct tsp_tally {
	enum tsp_tally_key key;
	enum tspool_frame_type type; /* of the records that count: TASK or PROCESS */
	const struct tspool_field_info *fields; /* of records */
	uint64_t delay_fields[TSPOOL_PRESENT_WORDS]; /* those of which delays are the sum */
	void *rows;		/* a tree of struct tsp_tally_row, by the key */
	size_t n_rows;
	uint64_t count;
	uint64_t lost;
	bool more_lost;		/* losses of an unknown number */
};

/*
 * One type of records counts, so that nothing counts twice: a PROCESS record has what the TASK
 * records of its threads have.
 */
void tsp_tally_init(struct tsp_tally *tally, enum tsp_tally_key key, enum tspool_frame_type type);
void tsp_tally_free(struct tsp_tally *tally);

/* path: of the record's cgroup, or NULL. Returns 0 or -ENOMEM. */
int tsp_tally_record(struct tsp_tally *tally, const struct tspool_record *record, const char *path);

/* Of a loss the CPT is known, and nothing else that chooses a row. Returns 0 or -ENOMEM. */
int tsp_tally_lost(struct tsp_tally *tally, const struct tspool_lost *lost);

/*
 * Prints the rows, the first top of them where that is not 0, as a table for people or as JSON.
 * Returns 0 or a negative errno.
 */
int tsp_tally_print(const struct tsp_tally *tally, enum tsp_tally_order order, size_t top,
		    enum tsp_format format);

#endif
