/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_SECTION_H
#define TSP_CLI_SECTION_H

#include <tspool/record.h>

/* The parts of a record as it is shown, in this order. */
enum tsp_section {
	TSP_SECTION_IDENTITY,
	TSP_SECTION_NAMESPACES,
	TSP_SECTION_TIME,
	TSP_SECTION_SCHEDULING,
	TSP_SECTION_DELAYS,
	TSP_SECTION_MEMORY,
	TSP_SECTION_IO,
	TSP_SECTIONS
};

/* The heading of each. */
extern const char *const tsp_section_names[];

/* The one part that shows the field. */
enum tsp_section tsp_section_of(const struct tspool_field_info *field);

#endif
