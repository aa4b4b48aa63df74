#!/bin/sh
# Install a wheel into an empty environment and use it once.
#
#     sh tools/check_wheel.sh PYTHON WHEEL
set -eu
python=$1 wheel=$2
constraints=$(cd "$(dirname "$0")/.." && pwd)/constraints.txt
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --constraint "$constraints" "$wheel"
cp "$wheel" "$place" && cd "$place" # away from the sources
venv/bin/keras-gan train vanilla --data builtin --out run --epochs 1 \
  --steps-per-epoch 20 --seed 0
venv/bin/keras-gan generate run --out made.png -n 16 --seed 0
test -s made.png
venv/bin/python -c 'import keras_gan; print("keras_gan", keras_gan.__version__)'
