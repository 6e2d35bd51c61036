// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths of cgroups, on real ones: in a mount namespace of the test's own, where the unified
 * hierarchy is mounted at a name with blanks if it is mounted nowhere. Skipped where that is not
 * permitted. On a 64-bit machine the inode number of a cgroup is its id.
 */
#include <check.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tspool/cgroup.h>
#include <unistd.h>

#include "cgroup_mount.h"
#include "run_suite.h"

#define PARENT	"/tspool test"
#define SCRATCH	"/tmp/tspool test-XXXXXX"

static char point[64];		/* of the hierarchy */
static bool is_mounted_here;

static struct tspool_cgroups *cgroups;

/* The path of a file of the hierarchy, "" for its root. */
static const char *full(const char *path)
{
	static char file[256];

	snprintf(file, sizeof(file), "%s%s", point, path);
	return file;
}

static uint64_t make(const char *path)
{
	struct stat made;

	ck_assert_msg(!mkdir(full(path), 0755), "%s: %s", full(path), strerror(errno));
	ck_assert_int_eq(stat(full(path), &made), 0);
	return made.st_ino;
}

static void drop(const char *path)
{
	ck_assert_msg(!rmdir(full(path)), "%s: %s", full(path), strerror(errno));
}

static void drop_leftovers(void)
{
	rmdir(full(PARENT "/a"));
	rmdir(full(PARENT "/b (deleted)"));
	rmdir(full(PARENT "/.c"));
	rmdir(full(PARENT));
}

static void open_cgroups(void)
{
	ck_assert_int_eq(tspool_cgroups_open(&cgroups), 0);
}

static void close_cgroups(void)
{
	tspool_cgroups_close(cgroups);
	drop_leftovers();
}

START_TEST(test_root)
{
	struct stat root;

	open_cgroups();
	ck_assert_int_eq(stat(full(""), &root), 0);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, root.st_ino), "/");
	ck_assert_ptr_null(tspool_cgroup_path(cgroups, 0));
	ck_assert_ptr_null(tspool_cgroup_path(cgroups, UINT64_MAX));
	ck_assert_ptr_null(tspool_cgroup_path(NULL, root.st_ino));
}
END_TEST

/* There when all were learnt: known without a look, and so after its removal. */
START_TEST(test_old_ones)
{
	uint64_t parent = make(PARENT);
	uint64_t a = make(PARENT "/a");
	uint64_t b = make(PARENT "/b (deleted)");
	uint64_t c = make(PARENT "/.c");

	open_cgroups();
	tspool_cgroups_learn(cgroups);
	tspool_cgroups_learn(NULL);
	drop(PARENT "/a");
	drop(PARENT "/b (deleted)");
	drop(PARENT "/.c");
	drop(PARENT);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, a), PARENT "/a");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, b), PARENT "/b (deleted)");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, c), PARENT "/.c");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, parent), PARENT);
}
END_TEST

/* Made later: looked up, and then known after its removal, if it was asked for before. */
START_TEST(test_new_ones)
{
	uint64_t parent, a, b, c;

	open_cgroups();
	parent = make(PARENT);
	a = make(PARENT "/a");
	b = make(PARENT "/b (deleted)");
	c = make(PARENT "/.c");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, a), PARENT "/a");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, b), PARENT "/b (deleted)");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, parent), PARENT);
	drop(PARENT "/a");
	drop(PARENT "/b (deleted)");
	drop(PARENT "/.c");
	drop(PARENT);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, a), PARENT "/a");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, b), PARENT "/b (deleted)");
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, parent), PARENT);
	ck_assert_ptr_null(tspool_cgroup_path(cgroups, c));
}
END_TEST

START_TEST(test_ids)
{
	uint64_t parent = make(PARENT);
	uint64_t a = make(PARENT "/a");
	struct stat root;
	uint64_t id = 0;

	open_cgroups();
	ck_assert_int_eq(stat(full(""), &root), 0);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, "/", &id), 0);
	ck_assert_uint_eq(id, root.st_ino);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, PARENT, &id), 0);
	ck_assert_uint_eq(id, parent);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, PARENT "/a/", &id), 0);
	ck_assert_uint_eq(id, a);
	/* As it is mounted. */
	ck_assert_int_eq(tspool_cgroup_id(cgroups, full(""), &id), 0);
	ck_assert_uint_eq(id, root.st_ino);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, full(PARENT "/a"), &id), 0);
	ck_assert_uint_eq(id, a);

	id = 0;
	ck_assert_int_eq(tspool_cgroup_id(cgroups, PARENT "/b", &id), -ENOENT);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, PARENT "/cgroup.procs", &id), -ENOTDIR);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, PARENT "/../../..", &id), -EINVAL);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, "tspool test", &id), -EINVAL);
	ck_assert_int_eq(tspool_cgroup_id(cgroups, "", &id), -EINVAL);
	ck_assert_uint_eq(id, 0);
}
END_TEST

static int drop_privilege(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return (int)syscall(SYS_capset, &header, none);
}

/* Who may not look up an id learns what is there, once. */
START_TEST(test_without_privilege)
{
	uint64_t parent = make(PARENT);
	uint64_t a;
	pid_t child;
	int status;

	open_cgroups();
	child = fork();
	ck_assert_int_ge(child, 0);
	if (!child) {
		bool right = !drop_privilege() && tspool_cgroup_path(cgroups, parent) &&
			     !strcmp(tspool_cgroup_path(cgroups, parent), PARENT);

		/* It still owns the directory. */
		a = make(PARENT "/a");
		_exit(right && !tspool_cgroup_path(cgroups, a) ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* One of the same name is another one. */
START_TEST(test_made_anew)
{
	uint64_t first, second;

	open_cgroups();
	first = make(PARENT);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, first), PARENT);
	drop(PARENT);
	second = make(PARENT);
	ck_assert_uint_ne(first, second);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, second), PARENT);
	ck_assert_pstr_eq(tspool_cgroup_path(cgroups, first), PARENT);
}
END_TEST

/* As the kernel writes it in a list of mounts. */
static void put_point(FILE *file)
{
	for (const char *at = point; *at; at++) {
		if (*at == ' ')
			fputs("\\040", file);
		else
			fputc(*at, file);
	}
}

/* What is found in a made-up list of mounts; @ stands for where the hierarchy is mounted. */
static int open_mount(const char *mountinfo, struct tsp_cgroup_mount *mount)
{
	char path[] = "/tmp/tspool-test-XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	int ret;

	ck_assert_ptr_nonnull(file);
	for (; *mountinfo; mountinfo++) {
		if (*mountinfo == '@')
			put_point(file);
		else
			fputc(*mountinfo, file);
	}
	fclose(file);
	ret = tsp_cgroup_mount_open(path, mount);
	unlink(path);
	return ret;
}

/* Others, one that another mount lies over, and one that is not in sight. */
#define OTHERS \
	"22 1 0:21 / /sys rw - tmpfs none rw\n" \
	"23 22 0:22 / /proc rw,nosuid shared:5 master:1 - cgroup none rw,cpu\n" \
	"24 22 0:26 / /proc rw - cgroup2 none rw\n" \
	"25 22 0:26 / /nowhere rw - cgroup2 none rw\n"

#define A_PART	"26 1 0:26 /a\\040b @ rw shared:1 - cgroup2 cgroup2 rw\n"
#define ALL	"27 1 0:26 / @ rw shared:2 master:1 - cgroup2 none rw\n"

START_TEST(test_mounts)
{
	struct tsp_cgroup_mount mount;

	ck_assert_int_eq(open_mount("", &mount), -ENOENT);
	ck_assert_int_eq(open_mount(OTHERS, &mount), -ENOENT);
	ck_assert_int_eq(mount.fd, -1);
	ck_assert_int_eq(tsp_cgroup_mount_open("/nowhere/mountinfo", &mount), -ENOENT);

	ck_assert_int_eq(open_mount(OTHERS A_PART, &mount), 0);
	ck_assert_str_eq(mount.root, "/a b");
	ck_assert_str_eq(mount.point, point);
	ck_assert_int_ge(mount.fd, 0);
	tsp_cgroup_mount_close(&mount);

	ck_assert_int_eq(open_mount(A_PART ALL, &mount), 0);
	ck_assert_str_eq(mount.root, "");
	tsp_cgroup_mount_close(&mount);
}
END_TEST

/* Finds the hierarchy, or mounts it. Returns why that can't be. */
static const char *set_up(void)
{
	struct tsp_cgroup_mount found;

	if (!tsp_cgroup_mount_open("/proc/self/mountinfo", &found)) {
		snprintf(point, sizeof(point), "%s", found.point);
		tsp_cgroup_mount_close(&found);
		return access(point, W_OK) ? "cgroups can't be made" : NULL;
	}
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return "no mount namespace of its own";
	memcpy(point, SCRATCH, sizeof(SCRATCH));
	is_mounted_here = mkdtemp(point) && !mount("none", point, "cgroup2", 0, NULL);
	return is_mounted_here ? NULL : "cgroup2 can't be mounted";
}

int main(void)
{
	Suite *suite = suite_create("cgroup");
	TCase *paths = tcase_create("paths");
	TCase *mounts = tcase_create("mounts");
	const char *reason = set_up();
	int status;

	if (reason) {
		printf("skipped: %s: %s\n", reason, strerror(errno));
		return EXIT_SUCCESS;
	}
	drop_leftovers();
	tcase_add_checked_fixture(paths, NULL, close_cgroups);
	tcase_add_test(paths, test_root);
	tcase_add_test(paths, test_old_ones);
	tcase_add_test(paths, test_new_ones);
	tcase_add_test(paths, test_without_privilege);
	tcase_add_test(paths, test_made_anew);
	tcase_add_test(paths, test_ids);
	suite_add_tcase(suite, paths);
	tcase_add_test(mounts, test_mounts);
	suite_add_tcase(suite, mounts);
	status = run_suite(suite);
	if (is_mounted_here) {
		umount(point);
		rmdir(point);
	}
	return status;
}
