#!/bin/sh
# Unpacks rsyslog and syslog-ng from Debian side by side into a folder, for tests/test_forwarders.py: installed, they
# exclude each other. Needs Debian 12 and apt's package lists (apt-get update). Installs nothing.
#
#   sh tests/unpack_forwarders.sh /tmp/forwarders
#   HINOMI_FORWARDERS=/tmp/forwarders .venv/bin/pytest tests/test_forwarders.py
set -eu
mkdir -p "$1/packages"
cd "$1/packages"
apt-get download -qq rsyslog rsyslog-openssl libestr0 libfastjson4 liblognorm5 \
    syslog-ng-core syslog-ng-mod-http libivykis0 libnet1 libwrap0 libpcre3 libjson-c5 libcap2 libcurl4
for package in *.deb; do
    dpkg-deb --extract "$package" ..
done
