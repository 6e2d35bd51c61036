// SPDX-License-Identifier: GPL-2.0-only
#include "subscribe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* A list or a filter that the kernel does not take is the user's mistake. */
static enum tsp_exit refused(const struct tspool_session *session, int err)
{
	tsp_report(session, err);
	return err == -EINVAL || err == -ERANGE || err == -ESRCH ? TSP_EXIT_USAGE :
								   TSP_EXIT_FAILURE;
}

static enum tsp_exit no_memory(void)
{
	fprintf(stderr, "tslisten: can't listen: %s\n", strerror(ENOMEM));
	return TSP_EXIT_FAILURE;
}

/* The kernel counts twice what was asked for. Half a byte may be lost on the way. */
void tsp_tell_of_buffer(const struct tsp_listeners *listeners,
			const struct tspool_listen_options *options)
{
	unsigned int granted = tspool_listener_buffer_bytes(listeners->list[0]) / 2;
	unsigned int wanted = options->receive_buffer_bytes ? options->receive_buffer_bytes :
							      TSPOOL_RECEIVE_BUFFER_BYTES;

	if (granted + 1 < wanted)
		fprintf(stderr, "tslisten: warning: a receive buffer of %u bytes, not of %u: %s\n",
			granted, wanted, "without CAP_NET_ADMIN net.core.rmem_max is the limit");
}

static enum tsp_exit add_listener(struct tspool_session *session,
				  const struct tspool_listen_options *options,
				  struct tsp_listeners *listeners)
{
	int err = tspool_listen(session, options, &listeners->list[listeners->count]);

	if (err)
		return refused(session, err);
	listeners->count++;
	return TSP_EXIT_OK;
}

/* The module knows CPTs. Where there is no list, all are wanted. */
static enum tsp_exit listen_to_module(struct tspool_session *session,
				      const struct tsp_choice *choice,
				      const struct tspool_listen_options *options,
				      struct tsp_listeners *listeners)
{
	struct tspool_listen_options own = *options;
	char *list = NULL;
	enum tsp_exit status;

	if (choice->kind != TSP_CHOICE_ALL &&
	    hwloc_bitmap_list_asprintf(&list, choice->kind == TSP_CHOICE_CPTS ? choice->cpts :
										choice->cpus) < 0)
		return no_memory();
	own.cpts = choice->kind == TSP_CHOICE_CPTS ? list : NULL;
	own.cpus = choice->kind == TSP_CHOICE_CPUS ? list : NULL;
	status = add_listener(session, &own, listeners);
	free(list);
	return status;
}

static enum tsp_exit listen_to_cpt(struct tspool_session *session, const struct tsp_choice *choice,
				   uint32_t cpt, const struct tspool_listen_options *options,
				   struct tsp_listeners *listeners)
{
	enum tsp_exit status = TSP_EXIT_FAILURE;
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
	char *list = NULL;

	if (!cpus ||
	    hwloc_bitmap_and(cpus, tspool_cpt_map_served(choice->map, cpt), choice->cpus) ||
	    hwloc_bitmap_list_asprintf(&list, cpus) < 0) {
		status = no_memory();
	} else {
		struct tspool_listen_options own = *options;

		own.cpus = list;
		own.cpt = &cpt;
		status = add_listener(session, &own, listeners);
	}
	free(list);
	hwloc_bitmap_free(cpus);
	return status;
}

enum tsp_exit tsp_subscribe(struct tspool_session *session, const struct tsp_choice *choice,
			    const struct tspool_listen_options *options,
			    struct tsp_listeners *listeners)
{
	enum tsp_exit status = TSP_EXIT_OK;

	*listeners = (struct tsp_listeners){
		.list = calloc(choice->n_cpts, sizeof(struct tspool_listener *)),
	};
	if (!listeners->list)
		return no_memory();
	if (choice->from_module)
		return listen_to_module(session, choice, options, listeners);
	for (int cpt = hwloc_bitmap_first(choice->cpts); cpt >= 0 && status == TSP_EXIT_OK;
	     cpt = hwloc_bitmap_next(choice->cpts, cpt))
		status = listen_to_cpt(session, choice, cpt, options, listeners);
	return status;
}

void tsp_listeners_close(struct tsp_listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++)
		tspool_listener_close(listeners->list[i]);
	free(listeners->list);
}
