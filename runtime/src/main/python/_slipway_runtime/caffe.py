"""What packages use of Caffe, by OpenCV's dnn module: Caffe itself is in no distribution any more.

Blobs are those of inputs and outputs. Training, layers written in Python and access to weights are not there.
"""

import collections
import importlib
import importlib.abc
import importlib.machinery
import os
import re
import sys

TRAIN, TEST = 0, 1

_TOKEN = re.compile(r"""\s*(?:\#[^\n]*\n?\s*)*(?:(?P<word>[A-Za-z0-9_.+\-]+)|"(?P<text>(?:[^"\\]|\\.)*)"|'(?P<other>(?:[^'\\]|\\.)*)'|(?P<mark>[:{}\[\],;<>])|(?P<end>$))""")


class Blob:
    """An array of an input or output."""

    def __init__(self, shape, array):
        self._array = array
        self.data = array.zeros(tuple(shape), dtype="float32")

    @property
    def shape(self):
        return self.data.shape

    @property
    def num(self):
        return self.data.shape[0]

    @property
    def channels(self):
        return self.data.shape[1]

    @property
    def height(self):
        return self.data.shape[2]

    @property
    def width(self):
        return self.data.shape[3]

    def reshape(self, *shape):
        if tuple(shape) != self.data.shape:
            self.data = self._array.zeros(shape, dtype="float32")


class Net:
    """`Net(prototxt, caffemodel, TEST)`, or `Net(prototxt, TEST, weights=caffemodel)`."""

    def __init__(self, network, *arguments, weights=None, phase=TEST, **ignored_options):
        for argument in arguments:
            if isinstance(argument, (str, os.PathLike)):
                weights = argument
            else:
                phase = argument
        if phase != TEST:
            raise ValueError("networks are read for inference alone: expected caffe.TEST")
        import cv2
        import numpy

        if not hasattr(cv2.dnn, "readNetFromCaffe"):
            raise ImportError("OpenCV %s reads no networks of Caffe: install opencv-python-headless 4.11" % cv2.__version__)
        with open(network, encoding="utf-8") as file:
            shapes, producers, self.outputs = _structure(_parse(file.read()), os.path.basename(network))
        self._net = cv2.dnn.readNetFromCaffe(os.fspath(network), os.fspath(weights) if weights is not None else "")
        self.inputs = list(shapes)
        self.blobs = collections.OrderedDict((name, Blob(shape, numpy)) for name, shape in shapes.items())
        for name in self.outputs:
            self.blobs[name] = Blob((1,), numpy)
        self._producers = producers

    def reshape(self):
        """Shapes are taken from the inputs at each pass."""

    def forward(self, blobs=None, start=None, end=None, **inputs):
        """Outputs by name. Inputs may be given here, or written to `blobs` before."""
        if start is not None:
            raise ValueError("a pass begins at the inputs: 'start' is not supported")
        import numpy

        for name, value in inputs.items():
            if name not in self.inputs:
                raise KeyError("input '%s' is not in network inputs %s" % (name, self.inputs))
            self.blobs[name].data = numpy.ascontiguousarray(value, dtype="float32")
        for name in self.inputs:
            self._net.setInput(numpy.ascontiguousarray(self.blobs[name].data, dtype="float32"), name)
        wanted = [end] if end is not None else list(self.outputs) + [name for name in blobs or () if name not in self.outputs]
        found = self._net.forward([self._producers.get(name, name) for name in wanted])
        answer = collections.OrderedDict()
        for name, value in zip(wanted, found):
            if name not in self.blobs:
                self.blobs[name] = Blob((1,), numpy)
            self.blobs[name].data = answer[name] = value
        return answer


def _parse(text):
    """Text format of protocol buffers: pairs of name and value, in order; messages are such lists."""
    tokens = _tokens(text)
    stack, fields = [], []
    name = None
    for kind, value in tokens:
        if kind == "mark" and value in "{<":
            inner = []
            fields.append((name, inner))
            stack.append(fields)
            fields, name = inner, None
        elif kind == "mark" and value in "}>":
            if not stack:
                raise ValueError("the network has a '}' too many")
            fields = stack.pop()
        elif kind == "mark":
            continue
        elif name is None:
            name = value
            continue
        else:
            fields.append((name, value))
        name = None
    if stack:
        raise ValueError("the network ends within a '{'")
    return fields


def _tokens(text):
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            unknown = len(text) - len(text[at:].lstrip())
            raise ValueError("the network can't be read at line %d" % (text.count("\n", 0, unknown) + 1))
        at = match.end()
        kind = match.lastgroup
        if kind == "end":
            return
        yield "mark" if kind == "mark" else "value", match.group(kind)


def _structure(network, file):
    """Shapes of inputs, producing layers of blobs, and outputs: the blobs that no layer reads."""
    shapes = collections.OrderedDict()
    names = [value for key, value in network if key == "input"]
    numbers = [int(value) for key, value in network if key == "input_dim"]
    given = [_dims(value) for key, value in network if key == "input_shape"] or [numbers[at : at + 4] for at in range(0, len(numbers), 4)]
    for name, shape in zip(names, given):
        shapes[name] = shape
    producers, read = {}, set()
    for layer in (value for key, value in network if key in ("layer", "layers")):
        tops = [value for key, value in layer if key == "top"]
        kind = dict((key, value) for key, value in layer if isinstance(value, str)).get("type", "")
        if kind == "Data":
            raise ValueError("'%s' is a network for training, it reads its own data: expected one for deployment with a layer of type Input" % file)
        if kind == "Input":
            parameters = next((value for key, value in layer if key == "input_param"), [])
            for top, shape in zip(tops, [_dims(value) for key, value in parameters if key == "shape"]):
                shapes[top] = shape
            continue
        bottoms = [value for key, value in layer if key == "bottom"]
        read.update(bottom for bottom in bottoms if bottom not in tops)
        producers.update((top, dict((key, value) for key, value in layer if key == "name").get("name", top)) for top in tops)
    if not shapes:
        raise ValueError("'%s' names no input with a shape: expected a layer of type Input with input_param" % file)
    return shapes, producers, [top for top in producers if top not in read]


def _dims(shape):
    return [int(value) for key, value in shape if key == "dim"]


def load_image(file, color=True):
    """An array of height, width, channels with values from 0 to 1. `file` is a path or an open file."""
    import numpy
    from PIL import Image

    with Image.open(file) as image:
        if image.mode in ("L", "1", "I;16", "F"):
            pixels = numpy.asarray(image.convert("L"), dtype="float32")[:, :, None] / 255
            return numpy.repeat(pixels, 3, axis=2) if color else pixels
        pixels = numpy.asarray(image.convert("RGB"), dtype="float32") / 255
    return pixels if color else (pixels @ numpy.array([0.2125, 0.7154, 0.0721], dtype="float32"))[:, :, None]


def resize_image(image, size, interp_order=1):
    """`size` is height and width."""
    import cv2

    resized = cv2.resize(image, (size[1], size[0]), interpolation=cv2.INTER_NEAREST if interp_order == 0 else cv2.INTER_LINEAR)
    return resized if resized.ndim == 3 else resized[:, :, None]


class Transformer:
    """From images to inputs: size, order of axes, order of channels, scale, mean, scale of the input, in this order."""

    def __init__(self, inputs):
        self.inputs = inputs
        self._steps = {name: {} for name in inputs}

    def _set(self, name, step, value):
        if name not in self._steps:
            raise KeyError("'%s' is not one of the inputs %s" % (name, sorted(self._steps)))
        self._steps[name][step] = value

    def set_transpose(self, name, order):
        self._set(name, "transpose", order)

    def set_channel_swap(self, name, order):
        self._set(name, "channel_swap", order)

    def set_raw_scale(self, name, scale):
        self._set(name, "raw_scale", scale)

    def set_mean(self, name, mean):
        import numpy

        mean = numpy.asarray(mean, dtype="float32")
        self._set(name, "mean", mean[:, None, None] if mean.ndim == 1 else mean)

    def set_input_scale(self, name, scale):
        self._set(name, "input_scale", scale)

    def preprocess(self, name, image):
        steps = self._steps[name]
        array = image.astype("float32")
        size = tuple(self.inputs[name][2:])
        if array.shape[:2] != size:
            array = resize_image(array, size)
        if "transpose" in steps:
            array = array.transpose(steps["transpose"])
        if "channel_swap" in steps:
            array = array[list(steps["channel_swap"]), :, :]
        if "raw_scale" in steps:
            array = array * steps["raw_scale"]
        if "mean" in steps:
            array = array - steps["mean"]
        return array * steps["input_scale"] if "input_scale" in steps else array


def set_mode_cpu():
    """It is the only one."""


def set_mode_gpu():
    from _slipway_runtime.events import WARNINGS

    WARNINGS.warn("caffe.set_mode_gpu() has no effect: OpenCV runs the network on the CPU")


def set_device(number):
    set_mode_gpu()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Last of all finders: a real Caffe comes first."""

    _NAMES = ("caffe", "caffe.io")

    def find_spec(self, fullname, path=None, target=None):
        return importlib.machinery.ModuleSpec(fullname, self, is_package=fullname == "caffe") if fullname in self._NAMES else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        ours = sys.modules[__name__]
        if module.__name__ == "caffe.io":
            names = ("Transformer", "load_image", "resize_image")
        else:
            names = ("Net", "TEST", "TRAIN", "set_mode_cpu", "set_mode_gpu", "set_device")
        for name in names:
            setattr(module, name, getattr(ours, name))
        if module.__name__ == "caffe":
            importlib.import_module("caffe.io")


def stand_in():
    """From now on `import caffe` finds this where there is no Caffe."""
    sys.meta_path.append(_Finder())
