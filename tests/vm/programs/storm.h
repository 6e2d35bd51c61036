/* SPDX-License-Identifier: GPL-2.0-only */
/* What the storm programs share. */
#ifndef TSPOOL_STORM_H
#define TSPOOL_STORM_H

#include <sched.h>
#include <semaphore.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* A number of at least 1 and at most max from the command line; else ends the program with 2. */
unsigned long storm_number(const char *what, const char *text, unsigned long max);

/* Ends the program with 1 and says what failed, with the meaning of error, an errno value. */
noreturn void storm_die(const char *what, int error);

/* fork(2), which must not fail. */
pid_t storm_fork(void);

/* The wait status of a child, or of any for -1, however many signals come before it ends. */
int storm_await_child(pid_t pid);

/* sem_wait(3), however many signals come first. */
void storm_await(sem_t *sem);

/* The CPUs of a list such as "0-1,3"; a bad one ends the program with 2. */
void storm_parse_cpus(const char *list, cpu_set_t *cpus);

/* Binds the calling thread, and all it creates, to a list of CPUs. */
void storm_bind(const char *list);

/*
 * Ends the calling process, in another way each turn: with an exit status of 1 to 255, or killed
 * by a signal.
 */
noreturn void storm_end(unsigned long turn);

#endif /* TSPOOL_STORM_H */
