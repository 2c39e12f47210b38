from pathlib import Path
from typing import Any

import pytest
import yaml

from lti_app.catalog.flaws import PackError
from lti_app.catalog.library import load_library
from lti_app.catalog.loading import load_pack
from lti_app.catalog.pack import ItemSource
from lti_app.catalog.spec import ItemSpec, Shared


def read(document: Any, shared: Shared) -> ItemSpec:
    assert shared == {}
    return ItemSpec.model_validate(document)


SOURCE = ItemSource(kind="task", files="tasks/*.yaml", read=read, schema=ItemSpec.model_json_schema)
TASK = {"id": "t1", "title": "Task", "summary": "Do it.", "minutes": 5, "points": 10}
COURSE = {
    "title": "Course",
    "summary": "About.",
    "version": 1,
    "locale": "en-GB",
    "licence": "Ours",
    "modules": [{"slug": "first", "title": "First", "objective": "Begin."}],
}


def make_pack(
    folder: Path, *, course: object = COURSE, tasks: tuple[object, ...] = (TASK,)
) -> Path:
    pack = folder / "small"
    (pack / "modules/01-first/tasks").mkdir(parents=True)
    (pack / "course.yaml").write_text(yaml.safe_dump(course))
    (pack / "modules/01-first/lesson.md").write_text("# First")
    for number, task in enumerate(tasks):
        (pack / f"modules/01-first/tasks/0{number}-task.yaml").write_text(yaml.safe_dump(task))
    return pack


def test_a_pack_is_read_with_its_modules_lessons_and_items(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path), [SOURCE])

    (module,) = pack.modules
    assert (module.number, module.lesson) == (1, "# First")
    assert [(item.address, item.kind) for item in module.items] == [("small/t1", "task")]


def test_an_item_is_found_by_its_address_and_nothing_else(tmp_path: Path) -> None:
    make_pack(tmp_path)
    library = load_library(tmp_path, [SOURCE])

    assert library.find_item("small/t1") is not None
    assert library.find_item("small/../t1") is None
    assert library.find_item("t1") is None


def test_a_module_is_found_by_pack_and_item_together(tmp_path: Path) -> None:
    make_pack(tmp_path)
    library = load_library(tmp_path, [SOURCE])

    found = library.find_module("small", "t1")
    assert found is not None
    assert (found[0].slug, found[1].number) == ("small", 1)
    assert library.find_module("other", "t1") is None
    assert library.find_module("small", "t2") is None


@pytest.mark.parametrize("name", [".DS_Store", "lesson.md~", "~lesson.md", "tasks/.00-task.yaml"])
def test_what_systems_and_editors_leave_behind_is_no_mistake(tmp_path: Path, name: str) -> None:
    pack = make_pack(tmp_path)
    (pack / "modules/01-first" / name).write_text("left")

    assert len(load_pack(pack, [SOURCE]).modules[0].items) == 1


def test_the_same_content_has_the_same_digest_and_another_another(tmp_path: Path) -> None:
    first = load_pack(make_pack(tmp_path / "a"), [SOURCE]).modules[0].items[0]
    same = load_pack(make_pack(tmp_path / "b"), [SOURCE]).modules[0].items[0]
    changed = load_pack(make_pack(tmp_path / "c", tasks=({**TASK, "minutes": 6},)), [SOURCE])

    assert first.digest == same.digest
    assert changed.modules[0].items[0].digest != first.digest


@pytest.mark.parametrize(
    ("course", "tasks", "words"),
    [
        pytest.param({**COURSE, "colour": "red"}, (), r"course.yaml: colour", id="unknown key"),
        pytest.param({**COURSE, "modules": []}, (), r"course.yaml: modules", id="no modules"),
        pytest.param(
            {**COURSE, "modules": [{**COURSE["modules"][0], "slug": "../x"}]},  # type: ignore[index]  # a list
            (),
            r"modules.1.slug",
            id="a folder outside",
        ),
        pytest.param(COURSE, ({**TASK, "points": 0},), r"00-task.yaml: points", id="no points"),
        pytest.param(
            COURSE,
            ("words",),
            r"00-task.yaml: this is a text",
            id="not a mapping",
        ),
        pytest.param(
            COURSE,
            (TASK, TASK),
            r"01-task.yaml: id: the id `t1` is taken",
            id="an id twice",
        ),
    ],
)
def test_a_mistake_names_its_file_and_key(
    tmp_path: Path, course: object, tasks: tuple[object, ...], words: str
) -> None:
    pack = make_pack(tmp_path, course=course, tasks=tasks)

    with pytest.raises(PackError, match=words):
        load_pack(pack, [SOURCE])


def test_58_yaml_makes_no_objects(tmp_path: Path) -> None:
    pack = make_pack(tmp_path)
    (pack / "course.yaml").write_text("!!python/object/apply:os.getcwd []")

    with pytest.raises(PackError, match=r"course.yaml"):
        load_pack(pack, [SOURCE])


def test_every_problem_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    pack = make_pack(tmp_path, tasks=({**TASK, "points": 0}, {**TASK, "minutes": "long"}))
    (pack / "modules/01-first/lesson.md").unlink()

    with pytest.raises(PackError) as error:
        load_pack(pack, [SOURCE])

    files = [problem.path.name for problem in error.value.problems]
    assert files == ["00-task.yaml", "01-task.yaml", "lesson.md"]


@pytest.mark.parametrize("missing", ["course.yaml", "modules/01-first/lesson.md"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    pack = make_pack(tmp_path)
    (pack / missing).unlink()

    with pytest.raises(PackError, match=f"{missing}: the file is missing"):
        load_pack(pack, [SOURCE])
