/* SPDX-License-Identifier: GPL-2.0-only */
/* What fail-nth runs with one allocation failing. */
#ifndef TSPOOL_FAIL_STEPS_H
#define TSPOOL_FAIL_STEPS_H

struct fail_step {
	const char *name;
	void (*prepare)(char **arguments);	/* once, before all; NULL: nothing to do */
	void (*begin)(void);			/* before each run; NULL: nothing to do */
	int (*run)(void);			/* 0, or a negative errno of its failure */
	/* What run left behind, and back to where it began. Ends the program if anything is odd. */
	void (*check)(int ret);
};

/* Ends with one that has no name. */
extern const struct fail_step fail_steps[];

#endif /* TSPOOL_FAIL_STEPS_H */
