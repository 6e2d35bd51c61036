#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sh tests/run.sh [--quick | --full]: sets up, builds and runs all tests; --quick: those that need no
# virtual machine; --full: scenarios at full length, a kernel that finds data races, deliberate defects,
# a minute of fuzzing for each target. One line for each test, as it ends, then how many passed and
# failed. Logs are in build/logs.
set -u

usage()
{
	echo "usage: sh tests/run.sh [--quick | --full]" >&2
	exit 2
}

quick='' full=''
[ $# -le 1 ] || usage
case ${1-} in
'') ;;
--quick) quick=yes ;;
--full) full=yes ;;
*) usage ;;
esac

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=setup.sh
. tests/setup.sh
build=$PWD/build
logs=$build/logs
results=$build/results
mkdir -p "$logs"
: >"$results"

# record LINE...: "ok - NAME: FIGURES" or "not ok - NAME: REASON"; nothing else is counted.
record()
{
	printf '%s\n' "$@" | tee -a "$results"
}

finish()
{
	failed=$(grep -c '^not ok - ' "$results")
	echo "$(grep -c '^ok - ' "$results") passed, $failed failed"
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
		step "valgrind-${program##*/}" env CK_FORK=no CK_TIMEOUT_MULTIPLIER=20 \
			valgrind --quiet --error-exitcode=99 --leak-check=full \
			--errors-for-leak-kinds=definite,possible "$program"
	done
}

static_checks()
{
	for check in netlink-spec checkpatch sparse cppcheck clang-tidy clang-format; do
		step static-$check tests/static/$check "$build"
	done
}

# A minute for each target, in a build of clang's libFuzzer.
fuzz_targets()
{
	set_up fuzz || { record "not ok - setup for the fuzz targets" && return; }
	build_tree fuzz "$build/fuzz" -DCMAKE_C_COMPILER=clang -DTSPOOL_FUZZ=ON \
		-DTSPOOL_KERNELS=none || return
	step fuzz tests/fuzz/run 60 "$build/fuzz" || return
	sed 's/^/ok - fuzz /' "$logs/fuzz.log" | while read -r line; do
		record "$line"
	done
}

# vm NAME BUILD KERNEL OPTIONS COMMAND...: boots once, and records the lines of what the command says. Status
# 1 is a failure that has its own line.
vm()
{
	name=$1 tree=$2 kernel=$3 options=$4
	shift 4
	log=$logs/vm-$name.log
	out=$build/vm/$name
	status=0
	# shellcheck disable=SC2086 # the options are words
	tests/vm/run -b "$tree" -o "$out" $options "$kernel" "$@" >"$log" 2>&1 || status=$?
	grep -E '^(not )?ok - ' "$out/output" | while read -r line; do
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
	vm "$name" "$tree" "$kernel" "$options" env TSPOOL_LENGTH="$length" \
		"$PWD/tests/vm/guest-scenarios" "$@"
	for scenario; do
		grep -qE "^(not )?ok - [^ ]+ $scenario " "$out/output" ||
			record "not ok - $name $scenario: did not run to its end, see $out"
	done
}

# A square of nodes, of which the opposite ones are further from each other.
square=''
for pair in 0,1,20 1,2,20 2,3,20 3,0,20 0,2,31 1,3,31; do
	square="$square -x dist,src=${pair%%,*},dst=$(echo $pair | cut -d , -f 2),val=${pair##*,}"
done

# under_stock_kernel SERIES: short at all times.
under_stock_kernel()
{
	length=''
	kernel=$(kernel_version "$1")
	fetch_kernel "$kernel" "$build" || { record "not ok - no kernel $1" && return; }
	scenarios "$1" "$build" "$kernel" '-c 4 -n 2 -l 1500' \
		cpt-table nscheds bad-input fork-codes loss suspended gathering hotplug reload
	scenarios "$1-parallel" "$build" "$kernel" '-p -c 4 -n 2 -l 900' \
		storm exits fuzz portid-reuse
	scenarios "$1-smt" "$build" "$kernel" '-c 4 -t sockets=1,cores=2,threads=2 -l 300' cpt-table
	scenarios "$1-wide" "$build" "$kernel" "-c 8 -n 4 -m 384 -l 400$square" cpt-table
}

# make_kernel NAME: sets $kernel to its directory, and builds the module for it in build/NAME.
make_kernel()
{
	if ! kernel=$(tests/vm/make-kernel -n "$1" 2>/dev/null); then
		set_up kernels || { record "not ok - setup for the kernel \"$1\"" && return 1; }
		step "make-kernel-$1" tests/vm/make-kernel "$1" || return
		kernel=$(tests/vm/make-kernel -n "$1")
	fi
	build_tree "$1" "$build/$1" -DCMAKE_BUILD_TYPE=Release "-DTSPOOL_KERNELS=$kernel"
}

# A kernel of ours. ACPI's interpreter gives up on the routing of interrupts, so slow is it there.
made='-a pci=noacpi -c 4 -n 2 -m 1024'

# The kernel that watches the module: memory errors, locks, sleeping in atomic context, leaks.
under_debug_kernel()
{
	length=${full:+full}
	image=$1/arch/x86/boot/bzImage
	scenarios debug "$build/debug" "$image" "$made -l $long" nscheds loss leaks gathering \
		hotplug no-memory-load no-memory-requests no-memory-delivery no-threads
	scenarios debug-parallel "$build/debug" "$image" "-p $made -l $long" \
		exits fuzz portid-reuse
}

# What takes too long there for every day.
under_debug_kernel_for_long()
{
	length=full
	image=$1/arch/x86/boot/bzImage
	scenarios debug-long "$build/debug" "$image" "$made -l $long" \
		cpt-table bad-input fork-codes suspended reload
	scenarios debug-storm "$build/debug" "$image" "-p $made -l $long" storm
	step build-defects tests/vm/build-defects "$1" "$build/debug" &&
		vm debug-defects "$build/debug" "$image" "$made -l $long" \
			"$PWD/tests/vm/guest-defects"
}

# The kernel that watches for data races, which need CPUs that run in parallel.
under_kcsan()
{
	length=full
	make_kernel kcsan || return
	scenarios kcsan "$build/kcsan" "$kernel/arch/x86/boot/bzImage" "-p $made -l $long" \
		exits storm fuzz portid-reuse
}

if [ "$quick" ]; then
	set_up build checks || { record "not ok - setup" && finish; }
	kernels=-DTSPOOL_KERNELS=none
else
	set_up build checks static vm || { record "not ok - setup" && finish; }
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
	finish
fi

# Seconds that a machine with a kernel of ours may take.
long=${full:+14400}
: "${long:=1800}"

debug=''
make_kernel debug && debug=$kernel

# Two machines at a time: the CPUs of most take turns on one CPU of ours.
(
	under_stock_kernel 6.1
	under_stock_kernel 6.12
	under_stock_kernel 6.12-rt
	under_valgrind
	static_checks
	if [ "$full" ]; then
		fuzz_targets
		under_kcsan
		[ -z "$debug" ] || under_debug_kernel_for_long "$debug"
	fi
) &
[ -z "$debug" ] || under_debug_kernel "$debug"
wait
finish
