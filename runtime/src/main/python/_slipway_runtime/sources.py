"""The Python sources of a package: what they need to know of their engine, and the old names that are read as new ones."""

import ast
import importlib.abc
import importlib.machinery
import os
import sys

_MOST_FILES = 200
_MOST_BYTES = 4 * 1024 * 1024
# No Python can import it; the guide prints it and packages copy it. As many letters, so that columns stay.
_MISPRINT = b"model_service.tf-serving_model_service"
_MISPRINT_READ_AS = b"model_service.tf_serving_model_service"

# Names that TensorFlow 2 no longer has, and that show that a source is written for TensorFlow 1.
_OF_TENSORFLOW_1 = frozenset(
    """
    ConfigProto GPUOptions GraphDef GraphKeys InteractiveSession Session SessionLog app assign contrib flags get_collection
    get_default_graph get_default_session get_variable gfile global_variables global_variables_initializer image.decode_jpeg
    image.resize_bicubic image.resize_bilinear image.resize_images import_graph_def initialize_all_variables layers
    local_variables_initializer logging placeholder placeholder_with_default reset_default_graph saved_model.loader
    saved_model.signature_constants saved_model.tag_constants saved_model.utils tables_initializer train.Saver
    train.import_meta_graph train.get_checkpoint_state trainable_variables variable_scope
    """.split()
) - {"image.decode_jpeg", "train.get_checkpoint_state"}
# Names that say that a source knows TensorFlow 2.
_OF_TENSORFLOW_2 = frozenset(("compat", "function", "__version__", "version"))


class Sources:
    """Those of one package, parsed once. A file that is no Python is left out: importing it tells."""

    def __init__(self, model_dir):
        self.model_dir = os.path.abspath(model_dir)
        self._texts = {}
        self._trees = {}
        self._read()

    def _read(self):
        size = 0
        for folder, folders, files in os.walk(self.model_dir):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
            for name in sorted(files):
                if not name.endswith(".py"):
                    continue
                path = os.path.join(folder, name)
                try:
                    size += os.path.getsize(path)
                    if len(self._texts) >= _MOST_FILES or size > _MOST_BYTES:
                        return
                    with open(path, "rb") as file:
                        self._texts[path] = file.read()
                except OSError as unreadable:
                    del unreadable

    def place(self, path, node):
        return "%s:%d" % (os.path.relpath(path, self.model_dir), node.lineno)

    def trees(self):
        """Pairs of path and syntax tree."""
        for path, text in self._texts.items():
            if path not in self._trees:
                try:
                    self._trees[path] = ast.parse(_as_python(text))
                except (SyntaxError, ValueError, RecursionError, MemoryError):
                    self._trees[path] = None
            if self._trees[path] is not None:
                yield path, self._trees[path]

    def mention(self, *words):
        """Whether any of these bytes is in any of them."""
        return any(word in text for text in self._texts.values() for word in words)

    def misprints(self):
        return [os.path.relpath(path, self.model_dir) for path, text in self._texts.items() if _MISPRINT in text]

    def uses_of_tensorflow_1(self):
        """The places that use names of TensorFlow 1 alone; none if the package knows TensorFlow 2 too."""
        if not self.mention(b"tensorflow"):
            return []
        places = []
        for path, tree in self.trees():
            names = _names_of_module(tree, "tensorflow")
            for node, used in _attributes(tree, names):
                head = used.split(".", 1)[0]
                if head in _OF_TENSORFLOW_2 or (used == "saved_model.load" and _arguments_of_call(tree, node) == 1):
                    return []
                if used in _OF_TENSORFLOW_1 or head in _OF_TENSORFLOW_1:
                    places.append((self.place(path, node), "tf." + used))
        return places

    def unconditional_cuda(self):
        """The places that move something to a GPU without asking whether there is one."""
        if not self.mention(b"cuda"):
            return []
        places = []
        for path, tree in self.trees():
            _find_cuda(tree, lambda node, path=path: places.append(self.place(path, node)))
        return places

    def read_old_names(self, is_for_tensorflow_1, has_legacy_keras):
        """From now on the package's modules are imported with their old names read as new ones."""
        sys.meta_path.insert(0, _PackageFinder(self.model_dir, is_for_tensorflow_1, has_legacy_keras))


def _as_python(text):
    return text.replace(_MISPRINT, _MISPRINT_READ_AS)


def _names_of_module(tree, module):
    """The names under which the source knows a module."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == module:
                    names.add(alias.asname or module)
                elif alias.name.startswith(module + ".") and alias.asname is None:
                    names.add(module)
    return names


def _attributes(tree, names):
    """Pairs of node and dotted attributes, without the module's name: ('saved_model.loader' of `tf.saved_model.loader`)."""
    inner = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or id(node) in inner:
            continue
        words, value = [node.attr], node.value
        while isinstance(value, ast.Attribute):
            inner.add(id(value))
            words.append(value.attr)
            value = value.value
        if isinstance(value, ast.Name) and value.id in names:
            words.reverse()
            yield node, ".".join(words[:2])


def _arguments_of_call(tree, function):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.func is function:
            return len(node.args) + len(node.keywords)
    return None


def _find_cuda(node, found):
    """Calls `found` with the calls that need a GPU, except where a condition has asked for one."""
    if isinstance(node, (ast.If, ast.IfExp)) and _asks_for_cuda(node.test):
        return
    if isinstance(node, ast.Try):
        # Whoever catches has an answer to a missing GPU.
        return
    if isinstance(node, ast.Call) and _needs_cuda(node):
        found(node)
    for child in ast.iter_child_nodes(node):
        _find_cuda(child, found)


def _asks_for_cuda(test):
    words = {one.attr for one in ast.walk(test) if isinstance(one, ast.Attribute)}
    words |= {one.id for one in ast.walk(test) if isinstance(one, ast.Name)}
    return any("cuda" in word.lower() or "gpu" in word.lower() or word == "is_available" for word in words)


def _needs_cuda(call):
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "cuda":
        return not isinstance(call.func.value, ast.Name) or call.func.value.id != "torch"
    given = list(call.args) + [one.value for one in call.keywords]
    names_one = any(isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.split(":")[0] == "cuda" for one in given)
    return names_one and call.func.attr in ("to", "device", "load")


class _PackageFinder(importlib.abc.MetaPathFinder):
    def __init__(self, model_dir, is_for_tensorflow_1, has_legacy_keras):
        self._inside = os.path.join(os.path.realpath(model_dir), "")
        self._options = (is_for_tensorflow_1, has_legacy_keras)

    def find_spec(self, fullname, path=None, target=None):
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        if not os.path.realpath(spec.loader.path).startswith(self._inside):
            return None
        spec.loader = SourceLoader(fullname, spec.loader.path, *self._options)
        return spec


class SourceLoader(importlib.machinery.SourceFileLoader):
    """Loads a module of the package with its old names read as new ones."""

    def __init__(self, fullname, path, is_for_tensorflow_1=False, has_legacy_keras=False):
        super().__init__(fullname, path)
        self._is_for_tensorflow_1 = is_for_tensorflow_1
        self._has_legacy_keras = has_legacy_keras

    def path_stats(self, path):
        # Compiled files of an ordinary import stand for the source as it is; ours does not.
        raise OSError("not cached")

    def source_to_code(self, data, path, *, _optimize=-1):
        tree = ast.parse(_as_python(bytes(data)), path)
        if self._is_for_tensorflow_1:
            tree = ast.fix_missing_locations(_TensorFlow1(self._has_legacy_keras).visit(tree))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)


class _TensorFlow1(ast.NodeTransformer):
    """`tensorflow` is read as `tensorflow.compat.v1`, and `keras` as Keras 2."""

    def __init__(self, has_legacy_keras):
        self._keras = "tf_keras" if has_legacy_keras else None

    def visit_Import(self, node):  # noqa: N802 (the name is ast's)
        statements = []
        for alias in node.names:
            statements += [ast.copy_location(one, node) for one in self._import(alias)]
        return statements

    def visit_ImportFrom(self, node):  # noqa: N802 (the name is ast's)
        if node.level == 0 and node.module == "tensorflow":
            node.module = "tensorflow.compat.v1"
        elif node.level == 0 and self._keras and node.module and node.module.split(".")[0] == "keras":
            node.module = self._keras + node.module[len("keras") :]
        return node

    def _import(self, alias):
        head = alias.name.split(".")[0]
        if alias.name == "tensorflow":
            return [_import_as("tensorflow.compat.v1", alias.asname or "tensorflow")]
        if head == "tensorflow" and alias.asname is None:
            return [ast.Import([alias]), _import_as("tensorflow.compat.v1", "tensorflow")]
        if head == "keras" and self._keras:
            module = self._keras + alias.name[len("keras") :]
            if alias.asname is not None or alias.name == "keras":
                return [_import_as(module, alias.asname or "keras")]
            return [_import_as(module, None), _import_as(self._keras, "keras")]
        return [ast.Import([alias])]


def _import_as(module, name):
    return ast.Import([ast.alias(name=module, asname=name)])
