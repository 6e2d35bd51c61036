#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sh tests/run.sh [--quick | --full [--resume]]: sets up, builds and runs all tests; --quick: those that
# need no virtual machine; --full: scenarios at full length, a kernel that finds data races, deliberate
# defects, a minute of fuzzing for each target; --resume: what a full run of the same sources that was
# interrupted had not finished. One line for each test, as it ends, then how many passed and failed, and
# how many a default run had no time for. Logs are in build/logs.
#
# shellcheck disable=SC2317 # the jobs are commands in a list
set -u

usage()
{
	echo "usage: sh tests/run.sh [--quick | --full [--resume]]" >&2
	exit 2
}

quick='' full='' resume=''
case $* in
'') ;;
--quick) quick=yes ;;
--full) full=yes ;;
'--full --resume') full=yes resume=yes ;;
*) usage ;;
esac

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=setup.sh
. tests/setup.sh
build=$PWD/build
logs=$build/logs
results=$build/results
job_results=$build/results.jobs
mkdir -p "$logs"

# fingerprint: of the sources, but for the inputs that fuzzing finds.
fingerprint()
{
	find CMakeLists.txt cmake kmod lib sched cli docs tests -path tests/fuzz/corpus -prune -o \
		-type f -exec sha256sum {} + | sort | sha256sum
}

if [ "$resume" ]; then
	[ -s "$build/jobs.left" ] || { echo "run.sh: no full run in $build was interrupted" >&2 && exit 2; }
	[ "$(fingerprint)" = "$(cat "$build/jobs.sources")" ] ||
		{ echo "run.sh: the full run in $build was one of other sources" >&2 && exit 2; }
else
	rm -f "$build/jobs.left"
	: >"$job_results"
fi
rm -f "$build"/results.part.*
: >"$results"

# record LINE...: "ok - NAME: FIGURES", "not ok - NAME: REASON" or "not run - NAME: REASON"; nothing else is
# counted.
record()
{
	printf '%s\n' "$@" | tee -a "$results"
}

# seconds_left: for what a default run may still begin. Then it is over after 40 minutes on a machine
# twice as slow as usual too; what it leaves out stands behind what it runs in the list of jobs.
run_began=$(date +%s)
seconds_left()
{
	if [ "$full" ]; then
		echo 1000000
	else
		echo $((1700 + run_began - $(date +%s)))
	fi
}

# time_for SECONDS NAME...: false, and recorded, if these, which need so many before, may not begin any more.
time_for()
{
	[ "$(seconds_left)" -lt "$1" ] || return 0
	shift
	for unrun; do
		record "not run - $unrun: no time left"
	done
	return 1
}

finish()
{
	cat "$job_results" >>"$results"
	failed=$(grep -c '^not ok - ' "$results")
	unrun=$(grep -c '^not run - ' "$results")
	echo "$(grep -c '^ok - ' "$results") passed, $failed failed, $unrun not run for want of time"
	[ "$failed" -eq 0 ]
	exit
}

# step NAME COMMAND...: a test that passes if the command does.
step()
{
	name=$1
	shift
	begin=$(date +%s)
	if "$@" >"$logs/$name.log" 2>&1; then
		record "ok - $name ($(($(date +%s) - begin)) s)"
	else
		tail -n 20 "$logs/$name.log"
		record "not ok - $name: see $logs/$name.log"
		return 1
	fi
}

# build_tree NAME DIRECTORY OPTION...
build_tree()
{
	tree=$1 directory=$2
	shift 2
	step "configure-$tree" cmake -S . -B "$directory" "$@" &&
		step "build-$tree" cmake --build "$directory" --parallel 2
}

# run_ctest TREE DIRECTORY: a line a test with the last thing it said.
run_ctest()
{
	log=$logs/ctest-$1.log
	status=0
	ctest --test-dir "$2" --verbose --parallel 2 >"$log" 2>&1 || status=$?
	# "3: what test 3 says" and "2/9 Test #3: its_name ....   Passed    0.01 sec"
	awk -v tree="$1" '
		/^[0-9]+: ./ { said[$1] = substr($0, index($0, ":") + 2) }
		/^ *[0-9]+\/[0-9]+ Test +#[0-9]+: / {
			match($0, /#[0-9]+:/)
			number = substr($0, RSTART + 1, RLENGTH - 1)
			split(substr($0, RSTART + RLENGTH), word, " ")
			print (/ Passed / ? "ok" : "not ok") " - " tree " " word[1] ": " said[number]
		}' "$log" >"$log.verdicts"
	while read -r line; do
		record "$line"
	done <"$log.verdicts"
	# No line may mean no test, and no bad line a ctest that broke off.
	[ -s "$log.verdicts" ] || record "not ok - $1: no tests, see $log"
	[ $status -eq 0 ] || grep -q '^not ok' "$log.verdicts" || record "not ok - $1: see $log"
}

# Every unit test's program once more, in one process each so that leaks show.
under_valgrind()
{
	for program in "$build"/tests/unit/test_* "$build"/tests/cli/test_*; do
		[ -x "$program" ] || continue
		time_for 1 "valgrind-${program##*/}" || continue
		step "valgrind-${program##*/}" env TSPOOL_SLOW=1 CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 \
			valgrind --quiet --error-exitcode=99 --leak-check=full \
			--errors-for-leak-kinds=definite,possible "$program"
	done
}

# The pool, in builds of their own for those who look for data races.
race_checker()
{
	time_for 1 "pool-$1" || return
	step "configure-$1" cmake -S . -B "$build/$1" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DTSPOOL_KERNELS=none "$2" &&
		step "build-$1" cmake --build "$build/$1" --parallel 2 --target race-tests &&
		step "pool-$1" tests/unit/run-race-tests "$1" "$build/$1"
}

race_checkers()
{
	race_checker tsan -DTSPOOL_SANITIZE=thread
	race_checker helgrind -DTSPOOL_HELGRIND=ON
}

static_checks()
{
	for check in netlink-spec fields-doc defects checkpatch sparse relay-callback cppcheck clang-tidy \
		clang-format; do
		time_for 1 "static-$check" && step "static-$check" "tests/static/$check" "$build"
	done
}

# A minute for each target, in a build of clang's libFuzzer.
fuzz_targets()
{
	build_tree fuzz "$build/fuzz" -DCMAKE_C_COMPILER=clang -DTSPOOL_FUZZ=ON \
		-DTSPOOL_KERNELS=none || return
	step fuzz tests/fuzz/run 60 "$build/fuzz" || return
	sed 's/^/ok - fuzz /' "$logs/fuzz.log" | while read -r line; do
		record "$line"
	done
}

# vm NAME BUILD KERNEL OPTIONS COMMAND...: boots once, and records the lines of what the command says. Status
# 1 is a failure that has its own line. No machine of a default run outlives its 40 minutes.
vm()
{
	name=$1 tree=$2 kernel=$3 options=$4
	shift 4
	log=$logs/vm-$name.log
	out=$build/vm/$name
	status=0
	# shellcheck disable=SC2086 # the options are words
	tests/vm/run -b "$tree" -o "$out" -l $((600 + $(seconds_left))) $options "$kernel" "$@" \
		>"$log" 2>&1 || status=$?
	grep -E '^(ok|not ok|not run) - ' "$out/output" | while read -r line; do
		record "$line"
	done
	case $status in
	0 | 1) record "ok - kernel log of $name: $(wc -l <"$out/kernel.log") lines, clean" ;;
	*) record "not ok - kernel log of $name: $(tail -n 1 "$log")" ;;
	esac
}

# scenarios NAME BUILD KERNEL OPTIONS SCENARIO...: one after the other in one machine, of $length.
scenarios()
{
	name=$1 tree=$2 kernel=$3 options=$4
	shift 4
	# shellcheck disable=SC2046 # words
	time_for 1 $(printf "$name/%s " "$@") || return
	vm "$name" "$tree" "$kernel" "$options" env TSPOOL_LENGTH="$length" \
		TSPOOL_SECONDS="$(seconds_left)" "$PWD/tests/vm/guest-scenarios" "$@"
	for scenario; do
		grep -qE "^(ok|not ok|not run) - [^ ]+ $scenario\b" "$out/output" ||
			record "not ok - $name $scenario: did not run to its end, see $out"
	done
}

# A square of nodes, of which the opposite ones are further from each other.
square=''
for pair in 0,1,20 1,2,20 2,3,20 3,0,20 0,2,31 1,3,31; do
	square="$square -x dist,src=${pair%%,*},dst=$(echo $pair | cut -d , -f 2),val=${pair##*,}"
done

# stock_kernel SERIES: sets $kernel to its version, and fetches it. Scenarios are short there but where
# it is said.
stock_kernel()
{
	length=''
	kernel=$(kernel_version "$1")
	fetch_kernel "$kernel" "$build" && return
	record "not ok - no kernel $1"
	return 1
}

# under_stock_kernel SERIES: what kernels differ in.
under_stock_kernel()
{
	stock_kernel "$1" || return
	scenarios "$1" "$build" "$kernel" '-c 4 -n 2' \
		cpt-table without-module nscheds bad-input loss backlog gathering hotplug reload namespaces
	scenarios "$1-parallel" "$build" "$kernel" '-p -c 4 -n 2' exits fuzz portid-reuse
}

# under_stock_kernel_too SERIES: the rest, for which one kernel is enough where time is short.
under_stock_kernel_too()
{
	stock_kernel "$1" || return
	scenarios "$1-too" "$build" "$kernel" '-c 4 -n 2' \
		fork-codes other-tracers flow suspended groups filters archives relay pid-namespaces \
		relay-lockdown
	scenarios "$1-storm" "$build" "$kernel" '-p -c 4 -n 2' storm group-ends
	scenarios "$1-smt" "$build" "$kernel" '-c 4 -t sockets=1,cores=2,threads=2' cpt-table
	scenarios "$1-wide" "$build" "$kernel" "-c 8 -n 4 -m 384$square" cpt-table ${full:+spread}
}

# Where spinlocks sleep and interrupts are threads: what is about locks, wake-ups and CPUs that go.
under_rt_kernel()
{
	stock_kernel 6.12-rt || return
	scenarios 6.12-rt "$build" "$kernel" '-c 4 -n 2' \
		nscheds loss backlog gathering hotplug
	scenarios 6.12-rt-parallel "$build" "$kernel" '-p -c 4 -n 2' exits portid-reuse
}

# beside_taskstats SERIES SCENARIO...: what is compared with the kernel's own records, and with /proc.
beside_taskstats()
{
	series=$1
	shift
	stock_kernel "$series" || return
	scenarios "$series-taskstats" "$build" "$kernel" '-c 4 -n 2' \
		taskstats-errors taskstats "$@"
}

# at_full_length SERIES OPTIONS SCENARIO: long storms.
at_full_length()
{
	stock_kernel "$1" || return
	length=full
	scenarios "$1-$3" "$build" "$kernel" "$2 -c 4 -n 2" "$3"
}

# seconds_to_make NAME: until a kernel of ours is there.
seconds_to_make()
{
	if tests/vm/make-kernel -n "$1" >/dev/null 2>&1; then
		echo 1
	else
		echo 900
	fi
}

# What exits cost: its table is shown, and not judged.
cost_of_exits()
{
	time_for 1 bench || return
	begin=$(date +%s)
	if timeout $((600 + $(seconds_left))) sh tests/bench/run.sh --short --build "$build" \
		--json "$build/bench.json" >"$build/bench.txt" 2>"$logs/bench.log"; then
		cat "$build/bench.txt"
		record "ok - bench ($(($(date +%s) - begin)) s): $(jq '.figures | length' "$build/bench.json") figures"
	else
		tail -n 20 "$logs/bench.log"
		record "not ok - bench: see $logs/bench.log"
	fi
}

# make_kernel NAME: sets $kernel to its directory, where it is made, and the module for it in build/NAME, if
# nobody has done so.
make_kernel()
{
	if ! kernel=$(tests/vm/make-kernel -n "$1" 2>/dev/null); then
		set_up kernels || { record "not ok - setup for the kernel \"$1\"" && return 1; }
		step "make-kernel-$1" tests/vm/make-kernel "$1" || return
		kernel=$(tests/vm/make-kernel -n "$1")
	fi
	[ -f "$build/$1.made" ] && return
	build_tree "$1" "$build/$1" -DCMAKE_BUILD_TYPE=Release "-DTSPOOL_KERNELS=$kernel" &&
		touch "$build/$1.made"
}

# The same for two lanes that want the same one.
await_kernel()
{
	exec 8>"$build/kernels.lock"
	flock 8
	make_kernel "$1"
	made=$?
	exec 8>&-
	return "$made"
}

# A kernel of ours. ACPI's interpreter gives up on the routing of interrupts, so slow is it there.
own='-a pci=noacpi -c 4 -n 2 -m 1024'

# under_debug_kernel NAME OPTIONS SCENARIO...: the kernel that watches the module: memory errors, locks,
# sleeping in atomic context, leaks.
under_debug_kernel()
{
	length=${full:+full}
	machine=$1 options=$2
	shift 2
	# shellcheck disable=SC2046 # words
	time_for "$(seconds_to_make debug)" $(printf "$machine/%s " "$@") || return
	await_kernel debug || return
	scenarios "$machine" "$build/debug" "$kernel/arch/x86/boot/bzImage" "$own $options" "$@"
}

# Each deliberate defect of the module must be caught there.
defects()
{
	await_kernel debug || return
	step build-defects tests/vm/build-defects "$kernel" "$build/debug" &&
		vm debug-defects "$build/debug" "$kernel/arch/x86/boot/bzImage" "$own" \
			"$PWD/tests/vm/guest-defects"
}

# The kernel that watches for data races, which need CPUs that run in parallel.
under_kcsan()
{
	await_kernel kcsan || return
	image=$kernel/arch/x86/boot/bzImage
	length=full
	scenarios kcsan "$build/kcsan" "$image" "-p $own" exits storm
	# Races come from what runs at once, not from the number of messages.
	length=''
	scenarios kcsan-requests "$build/kcsan" "$image" "-p $own" fuzz portid-reuse
}

# A kernel without taskstats, ftrace and relay: exits are caught elsewhere, by kprobes, and the module can
# have taskstats' name.
under_bare_kernel()
{
	await_kernel bare || return
	ln -sfn ../clients "$build/bare/clients"
	length=''
	scenarios bare "$build/bare" "$kernel/arch/x86/boot/bzImage" "$own" \
		nscheds fork-codes exits loss hotplug other-tracers without-relay without-taskstats
}

# What keeps a CPU busy for some minutes or more: a command each, in one line, the longest first.
full_jobs()
{
	# Fewer CPUs that wait for their turn make a load faster, and there are 200.
	echo "under_debug_kernel debug-reload '-c 2' reload"
	printf 'at_full_length %s -p endurance\n' 6.12 6.1
	echo "under_debug_kernel debug-records '' oracle groups filters pid-namespaces"
	echo "under_debug_kernel debug-flow '' flood flow backlog loss suspended gathering"
	echo "under_debug_kernel debug-relay '' hotplug relay"
	echo "under_debug_kernel debug-parallel -p fuzz exits group-ends portid-reuse"
	echo "under_debug_kernel debug-memory '' no-memory-load no-memory-requests \
		no-memory-delivery no-threads"
	echo "under_debug_kernel debug '' nscheds leaks namespaces taskstats-errors taskstats \
		cpt-table bad-input fork-codes other-tracers"
	echo "under_debug_kernel debug-storm -p storm"
	printf "at_full_length %s '' flood\n" 6.12 6.1
	printf '%s\n' defects under_kcsan under_bare_kernel fuzz_targets
	printf 'under_stock_kernel %s\n' 6.12 6.1 6.12-rt
	printf 'under_stock_kernel_too %s\n' 6.12 6.1 6.12-rt
	printf 'beside_taskstats %s live oracle taskstats-clients flood\n' 6.1 6.12
	printf '%s\n' cost_of_exits under_valgrind race_checkers static_checks
}

default_debug_jobs()
{
	echo "under_debug_kernel debug '' nscheds leaks namespaces taskstats-errors taskstats"
	echo "under_debug_kernel debug-parallel -p exits fuzz"
	echo "under_debug_kernel debug-memory '' no-memory-requests no-memory-delivery no-threads \
		no-memory-load"
}

# The same for a default run; in the order in which they may be left out, the last ones first.
default_jobs()
{
	is_made=$(tests/vm/make-kernel -n debug 2>/dev/null)
	echo 'under_stock_kernel 6.12'
	[ -z "$is_made" ] || default_debug_jobs
	printf '%s\n' static_checks cost_of_exits 'under_stock_kernel_too 6.12' 'under_stock_kernel 6.1'
	echo 'beside_taskstats 6.12 live oracle taskstats-clients flood'
	[ "$is_made" ] || default_debug_jobs
	printf '%s\n' under_rt_kernel race_checkers 'beside_taskstats 6.1' under_valgrind
}

# Takes the first of the jobs that nobody has begun.
next_job()
{
	flock "$build/jobs.lock" sh -c 'head -n 1 "$0"; sed -i 1d "$0"' "$build/jobs"
}

# end_job JOB: what it has recorded counts, and it is not left any more.
end_job()
{
	flock "$build/jobs.lock" sh -c 'cat "$1" >>"$2"; grep -vxF -e "$3" "$0" >"$0.new"; mv "$0.new" "$0"' \
		"$build/jobs.left" "$results" "$job_results" "$1"
	rm "$results"
}

work()
{
	while job=$(next_job) && [ "$job" ]; do
		results=$(mktemp "$build/results.part.XXXXXX")
		eval "$job"
		end_job "$job"
	done
}

if [ "$quick" ]; then
	set_up build checks || { record "not ok - setup" && finish; }
	kernels=-DTSPOOL_KERNELS=none
else
	# shellcheck disable=SC2086 # no word, or two
	set_up build checks static vm bench ${full:+fuzz kernels} || { record "not ok - setup" && finish; }
	kernels=-UTSPOOL_KERNELS
fi

build_tree release "$build" -DCMAKE_BUILD_TYPE=Release "$kernels" || finish
build_tree sanitized "$build/sanitized" -DCMAKE_BUILD_TYPE=Debug \
	-DTSPOOL_SANITIZE=address,undefined -DTSPOOL_KERNELS=none || finish
build_tree clang "$build/clang" -DCMAKE_C_COMPILER=clang -DTSPOOL_KERNELS=none
run_ctest release "$build"
run_ctest sanitized "$build/sanitized"
if [ "$quick" ]; then
	under_valgrind
	race_checkers
	finish
fi

step make-clients tests/vm/make-clients "$build" TSPOOLSTS

rm -f "$build"/*.made
if [ "$full" ] && [ -z "$resume" ]; then
	full_jobs >"$build/jobs.left"
	fingerprint >"$build/jobs.sources"
elif [ -z "$full" ]; then
	default_jobs >"$build/jobs.left"
	: >"$build/jobs.sources"
fi
cp "$build/jobs.left" "$build/jobs"
# Two at a time: the CPUs of most machines take turns on one CPU of ours.
work &
(work)
wait
finish
