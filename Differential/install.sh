# Installs yamlgraph from PyPI below .build, in the versions of constraints.txt; sourced by the scripts that compare
# with it, from the root of the package. Sets $folder and $python.
readonly folder=.build/differential
readonly python=$folder/python/bin/python

if ! "$python" -c 'import yamlgraph' 2>/dev/null; then
  python3 -m venv --clear "$folder/python"
  "$python" -m pip install --quiet --disable-pip-version-check \
    --constraint Differential/constraints.txt yamlgraph==0.6.5
fi
