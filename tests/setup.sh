# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What run.sh and demo.sh need of Debian 12 before they start. Sourced.

# packages_for PURPOSE...
packages_for()
{
	for purpose; do
		case $purpose in
		build) # libraries and programs; check is the library of the unit tests, glib, json-c and yajl are measured
			echo gcc make cmake pkg-config libnl-3-dev libnl-genl-3-dev libhwloc-dev \
				libjansson-dev libsmartcols-dev liburcu-dev libzstd-dev \
				libglib2.0-dev libjson-c-dev libyajl-dev check
			;;
		vm) # three kernels' headers, an emulator, what makes the initramfs, what scenarios call
			echo linux-headers-amd64 linux-headers-6.12-amd64 linux-headers-6.12-rt-amd64 \
				qemu-system-x86 busybox-static cpio xz-utils kmod util-linux \
				iproute2 procps jq e2fsprogs mount linux-source-6.1 linux-source-6.12 \
				python3-pyroute2 iotop-c
			;;
		bench) # what else reports exits
			echo linux-source-6.1 linux-source-6.12 libbpf-tools
			;;
		static) # the style and type checkers of the kernel, and those of userspace
			echo linux-source-6.12 sparse cppcheck clang-format clang-tidy perl git
			;;
		kernels) # what a kernel is made with
			echo linux-source-6.12 gcc make flex bison bc libelf-dev libssl-dev xz-utils perl
			;;
		fuzz) # libFuzzer
			echo clang libclang-rt-dev
			;;
		checks) # a second compiler, and what the tests of the programs call
			echo clang valgrind man-db bash-completion jq python3 python3-zstandard
			;;
		esac
	done
}

# as_root COMMAND...: directly, or through sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

is_installed()
{
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# set_up PURPOSE...: says which packages are missing, and installs those.
set_up()
{
	missing=''
	for package in $(packages_for "$@"); do
		is_installed "$package" || missing="$missing $package"
	done
	if [ -z "$missing" ]; then
		echo "Debian packages: all there"
		return
	fi
	echo "Debian packages to install:$missing"
	as_root apt-get -q update || return
	# shellcheck disable=SC2086 # each word is a package
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y --no-install-recommends install $missing
}

# kernel_version SERIES: the newest kernel of it, "6.1", "6.12" or "6.12-rt", whose headers are here.
kernel_version()
{
	case $1 in
	*-rt) realtime='' ;;
	*) realtime=-v ;;
	esac
	find /lib/modules -mindepth 2 -maxdepth 2 -name build -path "/lib/modules/${1%-rt}.*" \
		! -path '*-cloud-*' | cut -d / -f 4 | grep $realtime -e -rt- | sort -V | tail -n 1
}

# fetch_kernel VERSION BUILD: where it is not installed it is unpacked in the build tree, by one at a time. To
# install it would make it the one that this machine boots next.
fetch_kernel()
{
	[ ! -f "/boot/vmlinuz-$1" ] || return 0
	mkdir -p "$2/kernels" && (
		cd "$2/kernels" && flock 9 || exit
		[ ! -f "boot/vmlinuz-$1" ] || exit 0
		echo "Debian package to unpack in $2/kernels: linux-image-$1"
		apt-get -q download "linux-image-$1" &&
			dpkg -x "linux-image-$1"_*.deb . && rm "linux-image-$1"_*.deb &&
			/sbin/depmod -b . "$1"
	) 9>"$2/kernels/lock"
}
