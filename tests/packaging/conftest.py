import pytest
from wheel_building import build, copy_source


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """A copy of the project that nobody changes."""
    return copy_source(tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="session")
def wheel(source, tmp_path_factory):
    """The path of the addon's wheel."""
    return build(source, tmp_path_factory.mktemp("wheel"))
