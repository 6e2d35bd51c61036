/* SPDX-License-Identifier: GPL-2.0-only */
/* Work that any thread can do, whatever is there. */
#ifndef TSPOOL_WORK_CPU_H
#define TSPOOL_WORK_CPU_H

#include <stddef.h>

/* Uses the CPU for so long, by the thread's own clock, in user mode or mostly in the kernel. */
void work_burn(unsigned int milliseconds);
void work_burn_in_kernel(unsigned int milliseconds);

/* Makes so many reads and so many writes of a byte each. */
void work_call(unsigned int calls);

/* Touches fresh memory of so many bytes, page by page, and gives it back. */
void work_touch(size_t bytes);

/* Writes a byte to each page. */
void work_dirty(char *memory, size_t bytes);

/* Memory of its own; ends the program where there is none. */
char *work_memory(size_t bytes);

#endif /* TSPOOL_WORK_CPU_H */
