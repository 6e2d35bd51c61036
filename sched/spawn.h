/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Making the threads of the pools. All of it: the pool's control lock held, or nobody else has the
 * pool.
 */
#ifndef TSP_SPAWN_H
#define TSP_SPAWN_H

#include "pool.h"

int tsp_spawn_threads(struct tsp_sched *sched, unsigned int count);
void tsp_let_threads_in(struct tsp_sched *sched, const struct tsp_thread *until);
void tsp_bind_pool_thread(const struct tspool_pool *pool, unsigned int cpt, pthread_t thread);
void tsp_free_thread(const struct tspool_pool *pool, struct tsp_thread *thread);

#endif /* TSP_SPAWN_H */
