package dev.slipway.formats.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageImportsTests {

    private static final String NEEDED = "nowhere_needed";

    @TempDir
    private Path folder;

    private final Map<String, String> files = new TreeMap<>();

    @Test
    void namesEveryMissingModuleOfAllFilesAtOnceWithItsPipName() throws Exception {
        files.put("customize_service.py", """
                import json, nowhere_needed
                from model_service.model_service import SingleNodeService
                import helper
                from model.deep.part import thing
                from . import beside
                """);
        files.put("helper.py", "import moxing\n");
        files.put("deep/__init__.py", "");
        files.put("deep/part.py", "import nowhere_deep\n");
        files.put("beside.py", "import urllib2\n");

        assertThat(look().faults(List.of(), List.of()))
                .containsExactly(
                        "module 'moxing' is not installed (helper.py, line 1): it is the vendor's own: read files of the package by open(), or use an S3 client such as boto3",
                        "module 'nowhere_deep' is not installed (deep/part.py, line 1): add {\"package_name\": \"nowhere_deep\"} to the packages of 'dependencies', or the module itself to the package",
                        "module 'nowhere_needed' is not installed (customize_service.py, line 1): add {\"package_name\": \"nowhere_needed\"} to the packages of 'dependencies', or the module itself to the package",
                        "module 'urllib2' is not installed (beside.py, line 1): it is of Python 2: write urllib.request");
    }

    @Test
    void knowsWhetherThePackageHasTheMethodOfBatching() throws Exception {
        files.put("customize_service.py", """
                from model_service.model_service import SingleNodeService
                from helper import Joined
                class S(Joined, SingleNodeService):
                    pass
                """);
        files.put("helper.py", "class Joined:\n    def _inference(self, data):\n        return data\n");
        files.put("unused.py", "def _inference_batch(self, requests):\n    return requests\n");
        assertThat(look().faultsOfBatching())
                .singleElement()
                .asString()
                .contains("config.json declares 'batching' and the package has no _inference_batch");

        files.put("helper.py", "class Joined:\n    def _inference_batch(self, requests):\n        return requests\n");
        assertThat(look().faultsOfBatching()).isEmpty();
        files.put("helper.py", "class Joined:\n    _inference_batch = list\n");
        assertThat(look().faultsOfBatching()).isEmpty();
    }

    @Test
    void hintsAtWhatIsOptionalLaterOrNotReached() throws Exception {
        files.put("customize_service.py", """
                from typing import TYPE_CHECKING
                try:
                    import nowhere_first
                except ImportError:
                    import nowhere_second
                if TYPE_CHECKING:
                    import nowhere_typed
                def answer():
                    import nowhere_later
                if __name__ == '__main__':
                    import nowhere_main
                """);
        files.put("train.py", "import nowhere_trained\nprint 'x'\n");
        files.put("tool.py", "import nowhere_tool\n");

        ImportReport report = look();

        assertThat(report.faults(List.of(), List.of())).isEmpty();
        assertThat(report.hints(List.of(), List.of()))
                .anyMatch(
                        hint -> hint.startsWith(
                                "module 'nowhere_first' is not installed (customize_service.py, line 3): the package does without it"))
                .anyMatch(hint ->
                        hint.startsWith("module 'nowhere_second'") && hint.endsWith("the package does without it"))
                .anyMatch(hint ->
                        hint.startsWith("module 'nowhere_later'") && hint.contains("a request that gets there fails"))
                .anyMatch(hint -> hint.startsWith("module 'nowhere_main'"))
                .anyMatch(
                        hint -> hint.startsWith(
                                "module 'nowhere_tool' is not installed (tool.py, line 1): customize_service.py does not import"))
                .anyMatch(hint -> hint.startsWith("train.py, line 2: it is no Python 3: "))
                .noneMatch(hint -> hint.contains("nowhere_typed"));
    }

    @Test
    void refusesCodeOfPython2ThatTheServiceImports() throws Exception {
        files.put("customize_service.py", "import helper\n");
        files.put("helper.py", "x = 1\nprint 'x'\n");

        assertThat(look().faults(List.of(), List.of()))
                .singleElement()
                .asString()
                .startsWith("helper.py, line 2: it is no Python 3: ");
    }

    @Test
    void hintsAtAGpuThatMayNotBeThereAndAtPip() throws Exception {
        files.put("customize_service.py", """
                import os
                class A:
                    def __init__(self):
                        self.a = make().cuda()
                        self.b = make().to('cuda:0')
                        if torch.cuda.is_available():
                            self.c = make().cuda()
                        self.d = make().cuda() if torch.cuda.is_available() else make()
                        os.system("pip3 install easydict")
                """);

        assertThat(look().hints(List.of(), List.of()))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .startsWith("customize_service.py, line 4: this moves the model to a GPU"),
                        second -> assertThat(second)
                                .startsWith("customize_service.py, line 5: this moves the model to a GPU"),
                        third -> assertThat(third).startsWith("customize_service.py, line 9: this runs pip"));
    }

    @Test
    void modulesThatAreDeclaredOrInAWheelOfThePackageAreThere() throws Exception {
        files.put("customize_service.py", "import nowhere_a, nowhere_b\nimport cv2_nowhere, Nowhere_C\n");

        assertThat(look().faults(
                                List.of(),
                                List.of(
                                        "Nowhere-A>=1",
                                        "/home/mind/model/nowhere_b-1.0-py3-none-any.whl",
                                        "cv2-nowhere",
                                        "nowhere.c")))
                .isEmpty();
        assertThat(PipNames.isIn("cv2", PipNames.canonical(List.of("opencv-python==4.1"))))
                .isTrue();
        assertThat(PipNames.of("sklearn")).isEqualTo("scikit-learn");
    }

    @Test
    void whatIsMissingBesideDeclaredPackagesIsAHint() throws Exception {
        files.put("customize_service.py", "import nowhere_a\nimport fitz\n");

        ImportReport report = look();

        assertThat(report.faults(List.of(), List.of("pymupdf"))).isEmpty();
        assertThat(report.hints(List.of(), List.of("pymupdf")))
                .containsExactly(
                        "module 'nowhere_a' is not installed (customize_service.py, line 1): add {\"package_name\": \"nowhere_a\"} to the packages of 'dependencies', or the module itself to the package, unless one of them brings it along");
    }

    @Test
    void knowsWhatTheRuntimeInstalls() throws Exception {
        files.put("customize_service.py", "import cv2_nowhere, nowhere_base\nimport nowhere_a\n");
        List<String> base = List.of("cv2-nowhere==4.11", "nowhere_base==1; python_version < \"3.13\"");

        ImportReport report = look();

        assertThat(report.faults(base, List.of()))
                .singleElement()
                .asString()
                .startsWith("module 'nowhere_a' is not installed (customize_service.py, line 2)");
        assertThat(report.hints(base, List.of())).isEmpty();
        assertThat(report.faults(base, List.of("other"))).isEmpty();
        assertThat(report.hints(base, List.of("other"))).hasSize(1);
    }

    @Test
    void runsNothingOfThePackage() throws Exception {
        Path ran = folder.resolve("ran");
        files.put("customize_service.py", "open(%s, 'w')\nimport json_tool\n".formatted("'" + ran + "'"));
        files.put("json_tool.py", "raise SystemExit(3)\n");
        files.put("json.py", "raise SystemExit(3)\n");
        files.put("sitecustomize.py", "open(%s, 'w')\n".formatted("'" + ran + "'"));

        assertThat(look().faults(List.of(), List.of())).isEmpty();
        assertThat(ran).doesNotExist();
    }

    @Test
    void isBoundedByTheSizeOfFilesAndTheirDepth() throws Exception {
        files.put("customize_service.py", "import large, deep\n");
        files.put("large.py", "#" + "x".repeat(1 << 20));
        files.put("deep.py", "x = " + "(".repeat(5000) + ")".repeat(5000) + "\n");

        ImportReport report = look();

        assertThat(report.skipped()).containsExactly("large.py");
        assertThat(report.broken())
                .singleElement()
                .satisfies(file -> assertThat(file.place().file()).isEqualTo("deep.py"));
    }

    @Test
    void isEmptyWithoutAnInterpreter() throws Exception {
        files.put("customize_service.py", "import " + NEEDED);
        write();

        assertThat(new PackageImports("/nowhere/python3", Duration.ofSeconds(30)).look(folder, names()))
                .isEmpty();
    }

    private ImportReport look() throws IOException, InterruptedException {
        write();
        return new PackageImports("python3", Duration.ofSeconds(60))
                .look(folder, names())
                .orElseThrow();
    }

    private List<String> names() {
        return new ArrayList<>(files.keySet());
    }

    private void write() throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }
}
