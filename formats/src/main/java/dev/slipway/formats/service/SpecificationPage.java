package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;

/** Flavors that a service may ask for (wire contract 3.12). */
@WireRecord
public record SpecificationPage(long totalCount, int count, List<Specification> specifications) {
    public SpecificationPage {
        specifications = List.copyOf(specifications);
    }

    /**
     * A flavor.
     *
     * @param category {@code CPU}, {@code GPU} or {@code NPU}
     * @param specStatus {@code normal}, or {@code sellout} where no pool has room for one more now
     */
    @WireRecord
    public record Specification(
            String specification,
            String billingSpec,
            String category,
            Cpu cpuInfo,
            Memory memoryInfo,
            String sourceType,
            boolean isFree,
            boolean isOpen,
            String specStatus,
            boolean overQuota,
            String displayEn,
            String displayCn) {}

    /** Cores. */
    @WireRecord
    public record Cpu(String arch, int cpu) {}

    /** Memory in {@code unit}, {@code GB} or {@code MB}. */
    @WireRecord
    public record Memory(String unit, long memory) {}
}
