#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sh tests/run.sh [--quick | --full]: sets up, builds and runs all tests; --quick: those that need no
# virtual machine; --full: makes the debug kernel first if it is not there yet, which takes longer
# than all the rest. One line for each test, then how many passed and failed. Logs are in build/logs.
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

# scenarios NAME KERNEL OPTIONS SCENARIO...: boots once, and runs them one after the other.
scenarios()
{
	name=$1 kernel=$2 options=$3
	shift 3
	log=$logs/vm-${kernel##*/}-$name.log
	out=$build/vm/${kernel##*/}-$name
	status=0
	# shellcheck disable=SC2086 # the options are words
	tests/vm/run -o "$out" $options "$kernel" "$PWD/tests/vm/guest-scenarios" "$@" \
		>"$log" 2>&1 || status=$?
	grep -E '^(not )?ok - ' "$out/output" | while read -r line; do
		record "$line"
	done
	for scenario; do
		grep -qE "^(not )?ok - [^ ]+ $scenario " "$out/output" ||
			record "not ok - ${kernel##*/} $scenario: did not run to its end, see $out"
	done
	# 1 is a scenario's failure, which has its own line.
	case $status in
	0 | 1) record "ok - ${kernel##*/} kernel log of $name: $(wc -l <"$out/kernel.log") lines, clean" ;;
	*) record "not ok - ${kernel##*/} kernel log of $name: $(tail -n 1 "$log")" ;;
	esac
}

# The kernel that watches the module: memory errors, locks, sleeping in atomic context, leaks.
under_debug_kernel()
{
	if ! kernel=$(tests/vm/make-kernel -n debug 2>/dev/null); then
		if [ -z "$full" ]; then
			echo "The debug kernel is not there: sh tests/run.sh --full makes it."
			return
		fi
		set_up kernels || { record "not ok - setup for the debug kernel" && return; }
		step make-debug-kernel tests/vm/make-kernel debug || return
		kernel=$(tests/vm/make-kernel -n debug)
	fi
	build_tree debug "$build/debug" -DCMAKE_BUILD_TYPE=Release "-DTSPOOL_KERNELS=$kernel" || return
	# ACPI's interpreter gives up on the routing of interrupts, so slow is it there.
	scenarios debug "$kernel/arch/x86/boot/bzImage" \
		"-b $build/debug -a pci=noacpi -c 4 -n 2 -m 1024 -l 1200" cpt-table nscheds loss leaks
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
under_valgrind
[ -z "$quick" ] || finish

for check in netlink-spec checkpatch sparse cppcheck clang-tidy; do
	step static-$check tests/static/$check "$build"
done

# A square of nodes, of which the opposite ones are further from each other.
square=''
for pair in 0,1,20 1,2,20 2,3,20 3,0,20 0,2,31 1,3,31; do
	square="$square -x dist,src=${pair%%,*},dst=$(echo $pair | cut -d , -f 2),val=${pair##*,}"
done
for series in 6.1 6.12; do
	kernel=$(kernel_version $series)
	fetch_kernel "$kernel" "$build" || { record "not ok - no kernel $series" && continue; }
	scenarios main "$kernel" '-c 4 -n 2 -l 900' \
		cpt-table nscheds bad-input fork-codes loss reload
	scenarios parallel "$kernel" '-p -c 4 -n 2 -l 400' storm
	scenarios smt "$kernel" '-c 4 -t sockets=1,cores=2,threads=2 -l 200' cpt-table
	scenarios wide "$kernel" "-c 8 -n 4 -m 384 -l 300$square" cpt-table
done
under_debug_kernel
finish
