package dev.slipway.api.service;

import dev.slipway.api.query.ListQuery;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Flavors that services may ask for (wire contract 3.12). */
@RestController
class SpecificationController {

    private static final String ARCHITECTURE = System.getProperty("os.arch", "").equals("aarch64") ? "arm" : "x86";

    private final Pools pools;
    private final Admission admission;

    SpecificationController(ApiProperties properties, Admission admission) {
        this.pools = properties.pools();
        this.admission = admission;
    }

    @GetMapping("/v1/{project_id}/services/specifications")
    Map<String, Object> list(Caller caller, ListQuery query) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (Pool pool : pools.pools()) {
            for (Pool.PoolFlavor flavor : pool.flavors()) {
                all.putIfAbsent(flavor.flavor().name(), specification(flavor.flavor()));
            }
        }
        return query.page("specifications", List.copyOf(all.values()));
    }

    private Map<String, Object> specification(Flavor flavor) {
        boolean wholeGigabytes = flavor.memoryMb() % 1024 == 0;
        long memory = wholeGigabytes ? flavor.memoryMb() / 1024 : flavor.memoryMb();
        String unit = wholeGigabytes ? "GB" : "MB";
        String display = "%s: %d vCPUs | %d %s".formatted(flavor.category(), flavor.cpu(), memory, unit);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("specification", flavor.name());
        body.put("billing_spec", flavor.name());
        body.put("category", flavor.category());
        body.put("cpu_info", Map.of("arch", ARCHITECTURE, "cpu", flavor.cpu()));
        body.put("memory_info", Map.of("unit", unit, "memory", memory));
        body.put("source_type", "");
        body.put("is_free", false);
        body.put("is_open", true);
        body.put("spec_status", isSoldOut(flavor) ? "sellout" : "normal");
        body.put("over_quota", false);
        body.put("display_en", display);
        body.put("display_cn", display);
        return body;
    }

    private boolean isSoldOut(Flavor flavor) {
        return pools.pools().stream().noneMatch(pool -> admission.free(pool.name(), flavor.name()) > 0);
    }
}
