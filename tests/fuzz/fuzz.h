/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share. Each defines the function below, which is given any bytes and ends
 * the program where something is not as it must be.
 */
#ifndef TSP_FUZZ_H
#define TSP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* assert() that no build leaves out. */
#define MUST(condition)									\
	do {										\
		if (!(condition)) {							\
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort();							\
		}									\
	} while (0)

/* Called by libFuzzer, and by fuzz_files.c without it. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif /* TSP_FUZZ_H */
