#!/bin/sh
# The main job on the sample files, in a folder of its own that is removed afterwards.
set -eu
examples=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export BACKSPLIT_DB="$folder/tour.db"

run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

run backsplit init
run backsplit import stock "$examples/stock.csv"
run backsplit import orders "$examples/orders.csv"
run backsplit list --status backorder
run backsplit split M9681118
run backsplit show M9681118
run backsplit receive --sku TEAPOT-CAST --qty 5
run backsplit shortages
run backsplit list
run backsplit check
