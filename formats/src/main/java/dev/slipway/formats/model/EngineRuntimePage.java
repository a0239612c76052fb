package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Engines and their runtimes (wire contract 2.6). */
@WireRecord
public record EngineRuntimePage(long totalCount, int count, List<EngineRuntimes> engineRuntimes) {
    public EngineRuntimePage {
        engineRuntimes = List.copyOf(engineRuntimes);
    }

    /** An engine; all lists beside {@code runtimes} run parallel to it. */
    @WireRecord
    public record EngineRuntimes(
            String aiEngine,
            List<String> runtimes,
            List<String> requestMode,
            List<Accelerator> accelerators,
            List<String> arch,
            List<String> statusList,
            List<String> imageSource) {
        public EngineRuntimes {
            runtimes = List.copyOf(runtimes);
            requestMode = List.copyOf(requestMode);
            accelerators = List.copyOf(accelerators);
            arch = List.copyOf(arch);
            statusList = List.copyOf(statusList);
            imageSource = List.copyOf(imageSource);
        }
    }

    /** What a runtime computes on: {@code none}, {@code gpu} or {@code npu}. */
    @WireRecord
    public record Accelerator(String type) {}
}
