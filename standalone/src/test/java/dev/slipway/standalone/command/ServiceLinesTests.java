package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.wire.WireJson;
import org.junit.jupiter.api.Test;

class ServiceLinesTests {

    private static ServiceItem service(String type, String status, String task) {
        return WireJson.read("""
                {"service_id":"6d1471ca","service_name":"nightly","tenant":"t","project":"p","owner":"o","infer_type":"%s",
                 "workspace_id":"0","status":"%s","publish_at":1,"transition_at":1,"operation_time":1,"is_shared":false,
                 "shared_count":0,"is_opened_sample_collection":false%s}""".formatted(type, status, task), ServiceItem.class);
    }

    @Test
    void sayOfAJobWhatItDidAndWhereItsManifestIs() {
        ServiceItem job = service("batch", "finished", """
                ,"task":{"id":"t-1","status":"finished","records":5,"done":5,"failed":2,"files":1,
                 "manifest":"obs://data/out/infer-result-t-1.manifest"}""");

        assertThat(ServiceLines.of(job))
                .containsExactly(
                        "  6d1471ca                             batch      finished   nightly  5 of 5 records in 1 files, 2 failed",
                        "    manifest obs://data/out/infer-result-t-1.manifest");
    }

    @Test
    void sayHowFarARunningJobIsAndNoManifestYet() {
        ServiceItem job = service("batch", "running", """
                ,"task":{"id":"t-1","status":"running","records":9,"done":4,"failed":0,"files":3}""");

        assertThat(ServiceLines.of(job))
                .singleElement()
                .asString()
                .endsWith("nightly  4 of 9 records in 3 files, 0 failed");
    }

    @Test
    void areOneOfARealTimeService() {
        assertThat(ServiceLines.of(service("real-time", "running", "")))
                .containsExactly("  6d1471ca                             real-time  running    nightly");
    }
}
