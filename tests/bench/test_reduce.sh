#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What reduce makes of figures whose medians are known.
set -eu

cd "$(dirname "$0")"

# equal WHAT GOT WANTED
equal()
{
	[ "$2" = "$3" ] && return
	printf '%s: "%s" instead of "%s"\n' "$1" "$2" "$3" >&2
	exit 1
}

# of QUANTITY CONTESTANT: the line for it, without its name.
of()
{
	./reduce <<-EOF | sed -n "s/^threads $2 $1 //p"
		threads none:0 all 1 100
		threads a:1 all 1 1000
		threads a:1 lost 1 7
		threads none:0 all 2 90
		threads a:1 all 2 95.5
		threads a:1 lost 2 0
		threads none:0 all 3 1000
		threads a:1 all 3 1003
		threads b:1 all 3 5
		threads b:1 all 4 4
		threads b:1 calls 0 0.0126
		processes a:1 all 1 3
	EOF
}

equal 'median of an odd number' "$(of all none:0)" '3 100.0000 90.0000 1000.0000 1190.0000'
equal 'values sorted as numbers' "$(of all a:1)" '3 1000.0000 95.5000 1003.0000 2098.5000'
equal 'added in the same round' "$(of all-added a:1)" '3 5.5000 3.0000 900.0000 908.5000'
equal 'median of an even number' "$(of all b:1)" '2 4.5000 4.0000 5.0000 9.0000'
equal 'a round without a base' "$(of all-added b:1)" '1 -995.0000 -995.0000 -995.0000 -995.0000'
equal 'nothing is added to itself' "$(of all-added none:0)" ''
equal 'what is no cost' "$(of lost-added a:1)" ''
equal 'sum' "$(of lost a:1)" '2 3.5000 0.0000 7.0000 7.0000'
equal 'a small figure' "$(of calls b:1)" '1 0.0126 0.0126 0.0126 0.0126'
for line in 'threads none:0 all 1' 'threads none:0 all 1 x' 'threads none:0 all 1 1 1'; do
	status=0
	echo "$line" | ./reduce >/dev/null 2>&1 || status=$?
	equal "status of \"$line\"" $status 1
done

# accounts NAME SENT RECEIVED LOST: the status of accounted.
accounts()
{
	printf 'threads %s %s 1 %s\n' "$1" sent "$2" "$1" received "$3" "$1" lost "$4" | ./reduce |
		./accounted 2>/dev/null && echo yes || echo no
}

equal 'all that was sent' "$(accounts netlink:4 10 40 0)" yes
equal 'one too few' "$(accounts netlink:4 10 39 0)" no
equal 'one lost' "$(accounts relay:1 10 10 1)" no
equal 'what taskstats loses' "$(accounts awake:1 10 5 5)" yes
echo 'medians, ranges, sums and differences of figures'
