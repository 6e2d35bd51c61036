// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the tests: threads of the kernel that end. Writing a number to the parameter "run" makes so
 * many of them run to their end; reading it gives their pids.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/task.h>

/* As many pids as fit a page. */
#define MAX_THREADS	500

static struct task_struct *threads[MAX_THREADS];
static pid_t pids[MAX_THREADS];
static unsigned int thread_count;

static int run_to_end(void *arg)
{
	return 0;
}

static int create_thread(unsigned int index)
{
	struct task_struct *thread = kthread_create(run_to_end, NULL, "kthread-storm");

	if (IS_ERR(thread))
		return PTR_ERR(thread);
	/* It may end before it is asked to. */
	threads[index] = get_task_struct(thread);
	pids[index] = task_pid_nr(thread);
	return 0;
}

/* They are past their exit's hook when this returns. */
static void end_threads(void)
{
	unsigned int i;

	for (i = 0; i < thread_count; i++)
		wake_up_process(threads[i]);
	for (i = 0; i < thread_count; i++) {
		kthread_stop(threads[i]);
		put_task_struct(threads[i]);
	}
}

static int run_set(const char *text, const struct kernel_param *param)
{
	unsigned int count;
	int err;

	err = kstrtouint(text, 10, &count);
	if (err)
		return err;
	if (count > MAX_THREADS)
		return -ERANGE;
	for (thread_count = 0; thread_count < count && !err; thread_count += !err)
		err = create_thread(thread_count);
	end_threads();
	return err;
}

static int run_get(char *page, const struct kernel_param *param)
{
	unsigned int i;
	int length = 0;

	for (i = 0; i < thread_count; i++)
		length += scnprintf(page + length, PAGE_SIZE - length, "%d\n", pids[i]);
	return length;
}

static const struct kernel_param_ops run_ops = {
	.set	= run_set,
	.get	= run_get,
};

module_param_cb(run, &run_ops, NULL, 0600);
MODULE_PARM_DESC(run, "run so many threads to their end; gives their pids");

MODULE_DESCRIPTION("Kernel threads that end, to test tspool");
MODULE_AUTHOR("The tspool developers");
MODULE_LICENSE("GPL");
