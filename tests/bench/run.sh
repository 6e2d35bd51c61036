#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What an exit costs with each way to learn of it, in instructions of a virtual machine: docs/performance.md.
set -eu

usage()
{
	cat <<-EOF
	usage: sh tests/bench/run.sh [OPTION]...

	Sets up, builds, boots a virtual machine of one CPU, and prints what each way to learn of exits
	costs, loses and takes. No figure is judged, but a record that tspool
	lost is a failure.

	  -h, --help         this
	      --build DIR    the build tree; default: build in the checkout. One that is there is used as
	                     it is
	      --json FILE    the figures as JSON, too
	      --kernel K     6.1 (default) or 6.12
	      --out DIR      where what the machine wrote is kept; default: vm/bench-K in the build tree
	      --short        fewer contestants and rounds, in less than three minutes
	EOF
}

refuse()
{
	echo "run.sh: $*" >&2
	exit 2
}

fail()
{
	echo "run.sh: $*" >&2
	exit 1
}

here=$(cd "$(dirname "$0")" && pwd)
top=$here/../..
build='' json='' kernel=6.1 out='' short=''
while [ $# -gt 0 ]; do
	case $1 in
	--build | --json | --kernel | --out)
		[ $# -ge 2 ] || refuse "$1 needs an argument"
		case $1 in
		--build) build=$2 ;;
		--json) json=$2 ;;
		--kernel) kernel=$2 ;;
		--out) out=$2 ;;
		esac
		shift
		;;
	--short) short=yes ;;
	-h | --help) usage && exit 0 ;;
	*) usage >&2 && exit 2 ;;
	esac
	shift
done
case $kernel in
6.1 | 6.12) ;;
*) refuse "--kernel: \"$kernel\" is neither 6.1 nor 6.12" ;;
esac
# shellcheck source=../setup.sh
. "$top/tests/setup.sh"

set_up build vm bench >&2 || fail 'packages are missing'
version=$(kernel_version "$kernel")
if [ -z "$build" ]; then
	build=$top/build
	{
		cmake -S "$top" -B "$build" -DCMAKE_BUILD_TYPE=Release &&
			cmake --build "$build" --parallel 2
	} >&2 || fail 'the build failed'
fi
fetch_kernel "$version" "$build" >&2 || fail "no kernel $version"
"$top/tests/vm/make-clients" "$build" TSPOOLSTS >&2 || fail 'getdelays was not built'
: "${out:=$build/vm/bench-$kernel}"

if [ "$short" ]; then
	rounds=3 count=700
	contestants='none:0 loaded:0 awake:1 polling:1 netlink:1 relay:1'
else
	rounds=5 count=2000
	contestants='none:0 loaded:0 awake:1 awake:4 awake:16 polling:1 polling:4 polling:16 getdelays:1
		connector:1 connector:4 connector:16 exitsnoop:1 netlink:1 netlink:4 netlink:16 relay:1'
fi

# keep MACHINE REDUCED: among the figures as JSON, too, which are those of all machines so far.
keep()
{
	[ "$json" ] || return 0
	sed "s/^/$1 /" "$2" >>"$out/measured"
	"$here/to-json" "$version" <"$out/measured" >"$json"
}

# shellcheck disable=SC2086 # the contestants are words
"$top/tests/vm/run" -b "$build" -o "$out" -i -c 1 -l 5400 "$version" \
	"$here/guest-cost" $rounds $count $contestants >&2 || fail "the machine failed, see $out"
"$here/reduce" <"$out/figures" >"$out/reduced"
: >"$out/measured"
keep counting "$out/reduced"
echo "Linux $version, one CPU. Instructions of an exit, medians of $rounds rounds (in brackets the least and" \
	"the most). Lost: of those sent; calls, bytes and bytes that wait: for each record of one listener."
for exits in threads processes; do
	printf '\n%s: ' $exits
	"$here/table" $exits <"$out/reduced"
done
sed '1s/^/\n/' "$out/absent"
echo
"$here/goals" <"$out/reduced"
"$here/accounted" <"$out/reduced" || fail 'tspool did not deliver all records'
[ -z "$short" ] || exit 0

"$here/native" "$build" $rounds 20000 "$out/native" >"$out/native-absent"
"$here/reduce" <"$out/native" >"$out/native-reduced"
keep this "$out/native-reduced"
printf '\nThis machine, Linux %s, by the clock and so noisy: of no listener, medians of %s rounds\n\n' \
	"$(uname -r)" $rounds
"$here/native-table" <"$out/native-reduced"
sed '1s/^/\n/' "$out/native-absent"

# throughput CPUS EXITS: its rows, or why there are none.
throughput()
{
	if "$top/tests/vm/run" -b "$build" -o "$out-$1" -p -c "$1" -n 2 -m 512 -l 1800 "$version" \
		"$here/guest-throughput" 3 "$2" >&2; then
		"$here/reduce" <"$out-$1/figures" >"$out-$1/reduced"
		keep "$1-cpus" "$out-$1/reduced"
		"$here/throughput-table" "$1" <"$out-$1/reduced"
	else
		echo "| $1 | the machine failed, see $out-$1 | | | | | | | |"
	fi
}

printf '\nAll CPUs of a machine of two nodes at once, by the clock and so noisy: medians of 3 rounds. Emulated CPUs\n'
printf 'beyond those of the host wait for each other.\n\n'
echo '| CPUs | contestant | nscheds | CPTs | exits a second | of no listener | half within us | 99 % within us | lost |'
echo '|---|---|---|---|---|---|---|---|---|'
throughput 2 1000
throughput 4 300
throughput 8 100
