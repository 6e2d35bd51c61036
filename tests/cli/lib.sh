# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# For the scripts here, which are called with the directory of the programs, see CMakeLists.txt.
# shellcheck disable=SC2034 # variables that they use

set -u
PATH=$(cd "$1" && pwd):$PATH
source=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cases=0
failures=0

# check WHAT CONDITION...: counts a case, and tells of it if the condition does not hold.
check()
{
	what=$1
	shift
	cases=$((cases + 1))
	"$@" && return
	failures=$((failures + 1))
	echo "FAILED: $what"
	return 1
}

# equal WHAT IS SHOULD_BE
equal()
{
	check "$1" [ "$2" = "$3" ] || printf 'is:\n%s\nshould be:\n%s\n' "$2" "$3"
}

# try COMMAND...: leaves what it said in $out and $err, and its exit status in $status.
try()
{
	status=0
	"$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

finish()
{
	echo "$cases cases, $failures failed"
	[ "$failures" -eq 0 ]
	exit
}
