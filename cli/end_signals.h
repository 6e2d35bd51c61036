/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSP_CLI_END_SIGNALS_H
#define TSP_CLI_END_SIGNALS_H

/*
 * From here on SIGINT and SIGTERM wait, for this thread and those that it makes, until
 * tsp_end_signals_heed().
 */
void tsp_end_signals_block(void);

/*
 * The thread takes them from now on, wherever it waits: the first one makes the eventfd readable.
 * Another one, a second or more later, ends the program as if nobody took it, since what it waits
 * for may never come. Sooner ones are the same one again: timeout(1) sends it twice.
 */
void tsp_end_signals_heed(int fd);

#endif
