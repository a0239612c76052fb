"""The modules that a package imports, by its syntax trees: nothing of the package is run.

Standard input: {"root": folder with the files, "files": all paths of the package}. Standard output: one JSON object. Run with -I -S, so that no
code of installed packages runs either; a module counts as installed if its file is there.
"""

import ast
import json
import os
import re
import sys
import warnings

LARGEST_FILE = 1 << 20
LARGEST_SUM = 16 << 20
MOST_FILES = 2000
MOST_PLACES = 3
CODE = "customize_service.py"
BATCH = "_inference_batch"
OURS = {"model_service", "log", "metric", "mms"}
IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
SUFFIXES = (".py", ".so", ".pyc", ".pyd")


def limit():
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_DATA, (512 << 20, 512 << 20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4 << 20, 4 << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass


class Import:
    """One import: `needed` as soon as its module is imported, `optional` where a failure is caught, `later` in a function or a script's main."""

    def __init__(self, name, level, names, line, kind):
        self.name, self.level, self.names, self.line, self.kind = name, level, names, line, kind


class Finder(ast.NodeVisitor):
    def __init__(self):
        self.imports = []
        self.cuda = []
        self.pip = []
        self.optional = self.later = self.guarded = 0
        self.changes_path = False
        self.names = set()

    def kind(self):
        return "optional" if self.optional else "later" if self.later else "needed"

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.append(Import(alias.name, 0, [], node.lineno, self.kind()))

    def visit_ImportFrom(self, node):
        names = [alias.name for alias in node.names]
        self.imports.append(Import(node.module or "", node.level, names, node.lineno, self.kind()))

    def visit_Try(self, node):
        caught = any(catches_import(handler.type) for handler in node.handlers)
        self.optional += caught
        for child in node.body:
            self.visit(child)
        self.optional -= caught
        for part in (node.handlers, node.orelse, node.finalbody):
            # A second choice is one too: try a, except b.
            self.optional += caught and part is node.handlers
            for child in part:
                self.visit(child)
            self.optional -= caught and part is node.handlers

    visit_TryStar = visit_Try

    def visit_If(self, node):
        test = names_in(node.test)
        if "TYPE_CHECKING" in test:
            for child in node.orelse:
                self.visit(child)
            return
        main = "__name__" in test
        self.later += main
        self.guarded += 1
        for child in node.body + node.orelse:
            self.visit(child)
        self.guarded -= 1
        self.later -= main

    def visit_IfExp(self, node):
        self.guarded += 1
        self.generic_visit(node)
        self.guarded -= 1

    def function(self, node):
        self.later += 1
        self.generic_visit(node)
        self.later -= 1

    visit_AsyncFunctionDef = visit_Lambda = function

    def visit_FunctionDef(self, node):
        self.names.add(node.name)
        self.function(node)

    def visit_Name(self, node):
        self.names.add(node.id)

    def visit_Call(self, node):
        called = dotted(node.func)
        texts = [text for argument in node.args for text in constants(argument)]
        if called in ("importlib.import_module", "import_module", "__import__") and texts:
            if re.match(r"[A-Za-z_][A-Za-z0-9_.]*$", texts[0]):
                self.imports.append(Import(texts[0], 0, [], node.lineno, "optional" if self.optional else "later"))
        if called.startswith("sys.path."):
            self.changes_path = True
        words = " ".join(texts)
        if re.search(r"\bpip[0-9.]*\b.*\binstall\b", words) or called in ("pip.main", "pip._internal.main"):
            self.pip.append(node.lineno)
        last = called.rsplit(".", 1)[-1]
        on_gpu = last == "cuda" and called != "cuda" and not called.startswith("torch.cuda.")
        to_gpu = last in ("to", "device") and texts and re.match(r"cuda(:[0-9]+)?$", texts[0])
        if (on_gpu or to_gpu) and not self.guarded and not self.optional:
            self.cuda.append(node.lineno)
        self.generic_visit(node)


def catches_import(kind):
    if kind is None:
        return True
    if isinstance(kind, ast.Tuple):
        return any(catches_import(each) for each in kind.elts)
    return dotted(kind).rsplit(".", 1)[-1] in IMPORT_ERRORS


def names_in(node):
    return {each.id if isinstance(each, ast.Name) else each.attr for each in ast.walk(node) if isinstance(each, (ast.Name, ast.Attribute))}


def constants(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [text for element in node.elts for text in constants(element)]
    return []


def dotted(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    elif parts:
        parts.append("?")
    return ".".join(reversed(parts))


def site_folders():
    """Where this interpreter finds installed packages, without running site."""
    import site
    import sysconfig

    prefixes, with_system = [sys.prefix, sys.exec_prefix], True
    home = os.path.dirname(os.path.dirname(os.path.abspath(sys.executable)))
    try:
        with open(os.path.join(home, "pyvenv.cfg"), encoding="utf-8") as lines:
            settings = dict(line.partition("=")[::2] for line in lines)
        settings = {key.strip(): value.strip().lower() for key, value in settings.items()}
        with_system = settings.get("include-system-site-packages") == "true"
        prefixes = [home] + (prefixes if with_system else [])
    except OSError:
        pass
    folders = site.getsitepackages(prefixes)
    if with_system:
        paths = sysconfig.get_paths()
        folders += [paths["purelib"], paths["platlib"], "/usr/lib/python3/dist-packages"]
    found = []
    for folder in dict.fromkeys(folders):
        if not os.path.isdir(folder):
            continue
        found.append(folder)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".pth"):
                found += paths_of(os.path.join(folder, name), folder)
    return list(dict.fromkeys(found))


def paths_of(file, folder):
    try:
        with open(file, encoding="utf-8", errors="replace") as lines:
            names = [line.strip() for line in lines][:200]
    except OSError:
        return []
    paths = [os.path.join(folder, name) for name in names if name and not name.startswith(("#", "import ", "import\t"))]
    return [path for path in paths if os.path.isdir(path)]


def installed(folders):
    names = set()
    for folder in folders:
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for entry in entries:
            stem = entry.split(".", 1)[0]
            if entry.endswith(SUFFIXES) or "." not in entry:
                names.add(stem)
    return names


def standard():
    names = set(sys.builtin_module_names) | {"__future__", "__main__"}
    listed = getattr(sys, "stdlib_module_names", None)
    return names | (set(listed) if listed else installed([os.path.dirname(os.__file__)]))


class Package:
    def __init__(self, files):
        self.files = set(files)
        self.folders = set()
        self.anywhere = {}
        for file in files:
            parts = file.split("/")
            for depth in range(1, len(parts)):
                self.folders.add("/".join(parts[:depth]))
            stem = parts[-1].split(".", 1)[0]
            if parts[-1].endswith(SUFFIXES):
                self.anywhere.setdefault(stem, []).append(file)
        for folder in sorted(self.folders):
            self.anywhere.setdefault(folder.rsplit("/", 1)[-1], []).append(folder)

    def has(self, top):
        """Whether the package has a module of that name, also in a folder that may be put on the path while it runs."""
        return top == "model" or top in self.anywhere

    def files_of(self, name, beside=""):
        """The files that the import of that dotted name runs, as far as they are of the package."""
        parts = [part for part in name.split(".") if part]
        if beside == "" and parts[:1] == ["model"]:
            parts = parts[1:]
        found = []
        path = beside
        for part in parts:
            path = path + "/" + part if path else part
            if path + ".py" in self.files:
                found.append(path + ".py")
            if path + "/__init__.py" in self.files:
                found.append(path + "/__init__.py")
        if not found and parts and beside == "":
            for other in self.anywhere.get(parts[0], []):
                if other.endswith(".py"):
                    found.append(other)
                elif other + "/__init__.py" in self.files:
                    found.append(other + "/__init__.py")
        return found

    def reached_by(self, file, each):
        """The files that an import in that file runs."""
        if each.level:
            parts = file.split("/")[:-1]
            base = parts[: len(parts) - (each.level - 1)] if each.level > 1 else parts
            beside = "/".join(base)
            names = [each.name + "." + name if each.name else name for name in each.names] or [each.name]
            return [found for name in names for found in (self.files_of(name, beside) if beside else self.files_of(name))]
        names = [each.name] + [each.name + "." + name for name in each.names]
        return [found for name in names for found in self.files_of(name)]


def read(root, files):
    sources, skipped, total = {}, [], 0
    for file in sorted(file for file in files if file.endswith(".py")):
        try:
            size = os.path.getsize(os.path.join(root, file))
            if size > LARGEST_FILE or total + size > LARGEST_SUM or len(sources) >= MOST_FILES:
                skipped.append(file)
                continue
            with open(os.path.join(root, file), "rb") as stream:
                sources[file] = stream.read(LARGEST_FILE)
            total += size
        except OSError:
            skipped.append(file)
    return sources, skipped


def parse(sources):
    found, broken = {}, []
    for file, source in sources.items():
        try:
            tree = ast.parse(source, file)
            finder = Finder()
            finder.visit(tree)
            found[file] = finder
        except SyntaxError as error:
            broken.append({"file": file, "line": error.lineno or 1, "column": error.offset or 1, "message": str(error.msg)})
        except (ValueError, RecursionError, MemoryError) as error:
            broken.append({"file": file, "line": 1, "column": 1, "message": str(error) or type(error).__name__})
    return found, broken


def reach(package, found):
    """How each file is reached from the service class: needed, optional or later; absent if it is not."""
    strength = {"needed": 3, "optional": 2, "later": 1}
    kinds, open_files = {}, []

    def reached(file, kind):
        if strength.get(kinds.get(file), 0) < strength[kind]:
            kinds[file] = kind
            open_files.append(file)

    reached(CODE, "needed")
    while open_files:
        file = open_files.pop()
        finder = found.get(file)
        if finder is None:
            continue
        for each in finder.imports:
            kind = min(each.kind, kinds[file], key=strength.get)
            for other in package.reached_by(file, each):
                reached(other, kind)
    return kinds


def main():
    sys.setrecursionlimit(3000)
    limit()
    warnings.simplefilter("ignore")
    order = json.load(sys.stdin)
    files = order["files"]
    package = Package(files)
    sources, skipped = read(order["root"], files)
    found, broken = parse(sources)
    kinds = reach(package, found)
    folders = site_folders()
    present = standard() | installed(folders) | OURS
    modules, cuda, pip = {}, [], []
    for file in sorted(found, key=lambda name: (name != CODE, name)):
        finder = found[file]
        of_file = kinds.get(file)
        cuda += [[file, line] for line in finder.cuda if of_file]
        pip += [[file, line] for line in finder.pip if of_file]
        for each in finder.imports:
            top = each.name.split(".", 1)[0]
            if each.level or not top or top in present or package.has(top):
                continue
            kind = "unused" if of_file is None else min(each.kind, of_file, key=["later", "optional", "needed"].index)
            entry = modules.setdefault(top, {"module": top, "kind": kind, "places": []})
            ranks = ["unused", "later", "optional", "needed"]
            if ranks.index(kind) > ranks.index(entry["kind"]):
                entry["kind"] = kind
                entry["places"] = []
            if kind == entry["kind"] and len(entry["places"]) < MOST_PLACES:
                entry["places"].append([file, each.line])
    for each in broken:
        each["kind"] = kinds.get(each["file"], "unused")
    json.dump(
        {
            "python": "%d.%d.%d" % sys.version_info[:3],
            "modules": sorted(modules.values(), key=lambda entry: entry["module"]),
            "broken": broken,
            "cuda": cuda[:20],
            "pip": pip[:20],
            "skipped": skipped[:20],
            "names_batch": bool(skipped or broken) or any(BATCH in found[file].names for file in kinds if file in found),
        },
        sys.stdout,
    )


main()
