#!/usr/bin/env bash
# Shows that a proof can fail: breaks a copy of the built program on purpose, and lets the same proof loose on it.
#
#   validation/src/sabotage/run.sh NAME [ROUNDS] [SEED]
#
# NAME is a folder beside this script with a change.pl: a perl program for one source file, which its head names with the
# violation that must be found, or several of which one must be (a|b), and the proof that must find it (ghost-sends unless it
# says). The copy lies in target/sabotage/NAME; what is built and shipped is not touched.
# Exit codes: 0 the broken build was caught for the right reason, 1 it was not, 2 wrong usage, 3 could not run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
name=${1:-}
rounds=${2:-6}
seed=${3:-22}
change="$here/$name/change.pl"
jar=platform/target/platform-0.1.0.jar

say() { printf '%s\n' "$*" >&2; }

if [ -z "$name" ] || [ ! -r "$change" ]; then
    say "Which sabotage? There are: $(cd "$here" && ls -d */ | tr -d / | tr '\n' ' ')"
    exit 2
fi
"$root/mailblast" --version > /dev/null || exit 3

find_jdk() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk*; do
        if [ -x "$home/bin/javac" ] && grep -qE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$home/release" 2> /dev/null; then
            export JAVA_HOME=$home
            return
        fi
    done
    say 'No JDK 25 was found; set JAVA_HOME.'
    exit 3
}

head_of() { sed -n "s/^# $1: //p" "$change"; }

has_sabotage() { # jar
    local classes=$work/classes.$$
    rm -rf "$classes" && mkdir -p "$classes"
    (cd "$classes" && "$JAVA_HOME/bin/jar" xf "$1")
    grep -rqa 'sabotage: ' "$classes/io/mailblast"
    local found=$?
    rm -rf "$classes"
    return $found
}

find_jdk
source_file=$(head_of file)
expected=$(head_of expect)
proof=$(head_of proof)
proof=${proof:-ghost-sends}
work="$root/target/sabotage"
copy="$work/$name"
rm -rf "$copy"
mkdir -p "$copy"

if has_sabotage "$root/$jar"; then
    say "The program as it is built is sabotaged already: $jar"
    exit 1
fi

# A copy of the built program; its sources come along so that the launcher sees that nothing is to be built.
(cd "$root" && cp -rl --parents mailblast pom.xml .mvn {platform,simulator,validation,cli}/{pom.xml,src/main,target/app} \
    {platform,simulator,validation,cli}/target/*-0.1.0.jar "$copy")
rm "$copy/$jar" "$copy/$source_file"
cp "$root/$jar" "$copy/$jar"
perl -0pe "$(cat "$change")" "$root/$source_file" > "$copy/$source_file"
mkdir "$copy/patched"
"$JAVA_HOME/bin/javac" -proc:none -nowarn -d "$copy/patched" -cp "$copy/$jar:$copy/platform/target/app/*" \
    "$copy/$source_file" || exit 3
"$JAVA_HOME/bin/jar" uf "$copy/$jar" -C "$copy/patched" .
has_sabotage "$copy/$jar" || { say "The copy was not sabotaged."; exit 3; }
mkdir "$copy/target"
touch "$copy/target/built"

result="$copy/proof.json"
code=0
TMPDIR=$copy/kept
mkdir "$TMPDIR"
JAVA_TOOL_OPTIONS="-Djava.io.tmpdir=$TMPDIR" "$copy/mailblast" prove "$proof" --rounds "$rounds" --seed "$seed" --reports "$TMPDIR/reports" \
    --json "$result" 2> "$copy/errors.txt" || code=$?
if [ "$code" -eq 1 ] && grep -qE "\"kind\" : \"($expected)\"" "$result"; then
    printf 'The broken build %s was caught: %s.\n' "$name" "$expected"
    rm -rf "$copy"
    exit 0
fi
tail -n 20 "$copy/errors.txt" >&2
say "The broken build $name was not caught: the proof ended with $code, expected 1 with $expected. All of it is in $copy."
[ "$code" -eq 3 ] && exit 3 || exit 1
