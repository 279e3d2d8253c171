#!/usr/bin/env bash
# Audits once and makes every report of a CI job from the saved findings. All settings come from
# the environment, so that nothing of a path or a name is ever read as a command.
#
#   AUDITOR_PATHS     files and folders, one per line or separated by blanks (required)
#   AUDITOR_FAIL_ON   error (default), warning, advice, never
#   AUDITOR_PROFILE   regional settings, national by default
#   AUDITOR_BASELINE  AUDITOR_WAIVERS   files
#   AUDITOR_OUTPUT    folder for the reports, auditor-report by default
#   AUDITOR_ANNOTATE  github or gitlab: annotations on standard output, or a code quality report
set -uo pipefail

auditor=${AUDITOR_COMMAND:-auditor}
output=${AUDITOR_OUTPUT:-auditor-report}
fail_on=${AUDITOR_FAIL_ON:-error}
mapfile -t paths < <(printf '%s\n' "${AUDITOR_PATHS:?AUDITOR_PATHS is not set}" | tr -s ' ' '\n' | sed '/^$/d')

options=(--fail-on "$fail_on" --profile "${AUDITOR_PROFILE:-national}")
[ -n "${AUDITOR_BASELINE:-}" ] && options+=(--baseline "$AUDITOR_BASELINE")
[ -n "${AUDITOR_WAIVERS:-}" ] && options+=(--waivers "$AUDITOR_WAIVERS")

mkdir -p "$output"
findings=$output/findings.json
"$auditor" check "${paths[@]}" "${options[@]}" --format json --output "$findings"
code=$?

if [ -s "$findings" ]; then
  for report in sarif:report.sarif junit:junit.xml html:report.html markdown:summary.md; do
    "$auditor" report "$findings" --format "${report%%:*}" --fail-on "$fail_on" --output "$output/${report#*:}"
  done
  case ${AUDITOR_ANNOTATE:-} in
    github)
      "$auditor" report "$findings" --format github
      # A job's page takes one mebibyte; the whole summary lies among the reports.
      [ -n "${GITHUB_STEP_SUMMARY:-}" ] && head -c 1000000 "$output/summary.md" >>"$GITHUB_STEP_SUMMARY"
      [ -n "${GITHUB_OUTPUT:-}" ] && echo "exit-code=$code" >>"$GITHUB_OUTPUT"
      ;;
    gitlab) "$auditor" report "$findings" --format gitlab --output "$output/gl-code-quality.json" ;;
  esac
fi
exit "$code"
