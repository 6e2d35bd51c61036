# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the scenarios share that let allocations of memory fail, which takes a kernel with fault injection.
# Sourced by each after scenario.sh.

debugfs=/sys/kernel/debug
[ -d $debugfs/failslab ] || die "this kernel has no fault injection"

# Any allocation may fail, of any size, also one that may wait for memory; and no word about it.
for kind in failslab fail_page_alloc; do
	echo N >$debugfs/$kind/ignore-gfp-wait
	echo Y >$debugfs/$kind/task-filter
	echo -1 >$debugfs/$kind/times
	echo 0 >$debugfs/$kind/verbose
done
echo N >$debugfs/fail_page_alloc/ignore-gfp-highmem
echo 0 >$debugfs/fail_page_alloc/min-order

# fail_steps WHAT ALLOWED STEP [ARGUMENT]...: each allocation of a step fails once; the step may end as
# one of the words of ALLOWED says. Appends to the report how often it ended in which way. What is in
# $within, such as unshare, runs it.
within=''
fail_steps()
{
	what=$1 allowed=$2
	shift 2
	# shellcheck disable=SC2086 # words
	$within fail-nth "$@" >endings
	while read -r ending count; do
		case " $allowed " in
		*" $ending "*) ;;
		*) die "$what: ended $count times with $ending" ;;
		esac
	done <endings
	failed=$(awk '{ sum += $2 } END { print sum + 0 }' endings)
	[ "$failed" -gt 0 ] || die "$what: no allocation failed"
	echo "$what: $failed ($(paste -s -d , endings | sed 's/,/, /g'))" >>report
	echo "$(date +%T) $(tail -n 1 report)"
}

# report: prints what was appended to it in one line.
report()
{
	paste -s -d ';' report | sed 's/;/; /g'
}

# fail_allocations PERCENT [PREFIX]: so many of the allocations of these threads of the kernel fail from
# now on; of the same ones as before without a prefix.
fail_allocations()
{
	for kind in failslab fail_page_alloc; do
		echo "$1" >$debugfs/$kind/probability
	done
	[ $# -eq 2 ] || return 0
	for thread in $(threads_named "$2"); do
		echo 1 >"/proc/$thread/make-it-fail"
	done
}

# spare NAME: the thread's allocations do not fail any more, nor do those of its children.
spare()
{
	echo 0 >"/proc/$(threads_named "$1")/make-it-fail"
}
