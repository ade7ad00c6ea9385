# `./mailblast test`: sourced by the launcher, because it builds what the command line itself runs from.

tests_help() {
    cat << 'HELP'
Usage: ./mailblast test [--json FILE] [NAME...]
Runs all tests, or those named: a class (MessageIdCodecTest), a pattern (*Import*), or Class#method.
Ends with the line "N passed, N failed"; exits with 1 when one failed, 3 when the build did.
  --json FILE   write {"passed", "failed", "skipped", "seconds"} to FILE; "-" is standard output, and nothing else there
HELP
}

# Those of this run: what tests came to before stays, as evidence, until they run again.
test_reports() {
    find "$root" -path '*/target/surefire-reports/TEST-*.xml' -newer "$root/target/testing" "$@"
}

# Adds up what the test runner left behind: passed failed skipped.
count_tests() {
    test_reports -print0 \
        | xargs -0 -r grep -h -m1 -oE '<testsuite [^>]*>' \
        | awk '
            function of(name,   at) {
                return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
            }
            { run += of("tests"); bad += of("failures") + of("errors"); left += of("skipped") }
            END { printf "%d %d %d\n", run - bad - left, bad, left }'
}

# The tests that failed, a line each: class, method, and the first line of what it said.
name_failures() {
    test_reports -print0 | xargs -0 -r awk '
        function attribute(name,   at) {
            at = index($0, " " name "=\"")
            return at ? substr($0, at + length(name) + 3, index(substr($0, at + length(name) + 3), "\"") - 1) : ""
        }
        /<testcase / { test = attribute("classname") "." attribute("name"); sub(/.*\.[a-z_0-9]+\./, "", test); said = 0 }
        /<(failure|error)[ >]/ && !said { said = 1; printf "failed: %s: %s\n", test, substr(attribute("message"), 1, 200) }'
}

run_tests() {
    local json='' names=() out=1
    while [ $# -gt 0 ]; do
        case "$1" in
            --help | -h) tests_help; exit 0 ;;
            --json)
                [ $# -gt 1 ] || { say '--json needs a file, or - for standard output.'; exit 2; }
                json=$2
                shift
                ;;
            -*) say "Unknown option $1; see ./mailblast test --help."; exit 2 ;;
            *) names+=("$1") ;;
        esac
        shift
    done
    [ "$json" != - ] || out=2
    command -v mvn > /dev/null || { say 'The tests need Maven 3.8 or newer: apt-get install maven.'; exit 3; }

    # A test that fails hides no other: the modules after its own are tested too, and what failed is counted below.
    local arguments=(-B -q -Dstyle.color=never --fail-at-end -Dmaven.test.failure.ignore=true package) begun=$SECONDS status=0
    if [ ${#names[@]} -gt 0 ]; then
        local pattern
        pattern=$(IFS=,; printf '%s' "${names[*]}")
        arguments+=("-Dtest=$pattern" -Dsurefire.failIfNoSpecifiedTests=false)
    fi
    mkdir -p "$root/target"
    touch "$root/target/testing"
    # What is written in the same tick of the clock is not newer.
    sleep 0.1
    [ ${#names[@]} -gt 0 ] || find "$root" -path '*/target/surefire-reports/TEST-*.xml' -delete
    (cd "$root" && mvn "${arguments[@]}") >&$out 2>&1 || status=$?

    local passed failed skipped
    read -r passed failed skipped < <(count_tests)
    if [ -n "$json" ]; then
        local result
        result=$(printf '{"passed": %d, "failed": %d, "skipped": %d, "seconds": %d}' \
            "$passed" "$failed" "$skipped" $((SECONDS - begun)))
        if [ "$json" = - ]; then printf '%s\n' "$result"; else printf '%s\n' "$result" > "$json"; fi
    fi
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        say 'The build failed before all tests could run.'
        failed=1
        printf '%d passed, %d failed\n' "$passed" "$failed" >&$out
        exit 3
    fi
    if [ $((passed + failed)) -eq 0 ]; then
        say "No test is called ${names[*]}."
        exit 2
    fi
    # On a line of its own: Maven ends with a code for colours.
    [ "$failed" -eq 0 ] || { printf '\n'; name_failures; } >&$out
    [ "$skipped" -eq 0 ] || say "$skipped skipped, each with its reason above."
    printf '%d passed, %d failed\n' "$passed" "$failed" >&$out
    [ "$failed" -eq 0 ] || exit 1
}
