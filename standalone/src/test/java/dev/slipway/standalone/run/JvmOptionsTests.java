package dev.slipway.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The options of {@code java.options}, in a JVM of their own. */
class JvmOptionsTests {

    private static final int EXIT_CODE_OF_THE_JVM = 3;

    /** A program that runs out of memory in one thread and would go on with the others. */
    static final class OutOfMemory {
        private OutOfMemory() {}

        public static void main(String[] none) throws InterruptedException {
            Thread thread = Thread.ofPlatform().start(() -> System.out.println(new byte[Integer.MAX_VALUE - 8].length));
            thread.join();
        }
    }

    /** With one of its threads gone it would keep its locks and do only part of its work. */
    @Test
    void aProcessWithoutMemoryEnds() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@../java.options",
                        "-Xmx72m",
                        "-cp",
                        Path.of("target", "test-classes").toString(),
                        OutOfMemory.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(EXIT_CODE_OF_THE_JVM);
        } finally {
            process.destroyForcibly();
        }
    }
}
