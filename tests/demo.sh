#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# sh tests/demo.sh: sets up, builds, boots Debian's 6.12 kernel in a virtual machine of 2 nodes, and
# does there what tspool is for: load, see the partitions, listen to one of them, ask for a task.
set -eu

cd "$(dirname "$0")/.."
# shellcheck source=setup.sh
. tests/setup.sh
build=$PWD/build
mkdir -p "$build/logs"

# quietly WHAT COMMAND...: its output is shown only if it fails.
quietly()
{
	echo "$1 ..."
	shift
	"$@" >"$build/logs/demo.log" 2>&1 || { cat "$build/logs/demo.log" >&2 && exit 1; }
}

set_up build vm
kernel=$(kernel_version 6.12)
fetch_kernel "$kernel" "$build"
quietly 'Configuring' cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -UTSPOOL_KERNELS
quietly 'Building libraries, programs and the module' cmake --build "$build" --parallel 2
echo "Booting a virtual machine of 4 CPUs on 2 nodes under Linux $kernel ..."
echo
tests/vm/run -c 4 -n 2 -l 300 -o "$build/vm/demo" "$kernel" "$PWD/tests/vm/demo"
cat <<EOF

The same on a real machine, as root:

    apt install $(packages_for build) linux-headers-\$(uname -r)
    cmake -S . -B build -DTSPOOL_KERNELS=\$(uname -r)
    cmake --build build && cmake --install build
    insmod build/kmod-\$(uname -r)/tspool.ko nscheds=2
    tsctl cpt-show
    tslisten --cpt 1
    tsctl get-pid PID
    tsctl get-tgid --watch 1 PID
EOF
