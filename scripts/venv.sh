# To be sourced: venvs with pinned packages.

# install_venv VENV REQUIREMENTS: makes the venv, again when the requirements change.
install_venv() {
    local venv=$1 requirements=$2
    if [[ ! -f $venv/stamp || $(<"$venv/stamp") != "$(<"$requirements")" ]]; then
        echo "installing $requirements"
        python3 -m venv --clear "$venv"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
        cp "$requirements" "$venv/stamp"
    fi
}
