package dev.slipway.api.service;

import dev.slipway.api.query.ListQuery;
import dev.slipway.api.query.QueryParameters;
import dev.slipway.api.settings.ApiProperties;
import dev.slipway.domain.access.Caller;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Flavor;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.formats.service.SpecificationPage;
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
    SpecificationPage list(Caller caller, @QueryParameters({"offset", "limit"}) ListQuery query) {
        Map<String, SpecificationPage.Specification> all = new LinkedHashMap<>();
        for (Pool pool : pools.pools()) {
            for (Pool.PoolFlavor flavor : pool.flavors()) {
                all.putIfAbsent(flavor.flavor().name(), specification(flavor.flavor()));
            }
        }
        List<SpecificationPage.Specification> shown = query.shown(List.copyOf(all.values()));
        return new SpecificationPage(all.size(), shown.size(), shown);
    }

    private SpecificationPage.Specification specification(Flavor flavor) {
        boolean wholeGigabytes = flavor.memoryMb() % 1024 == 0;
        long memory = wholeGigabytes ? flavor.memoryMb() / 1024 : flavor.memoryMb();
        String unit = wholeGigabytes ? "GB" : "MB";
        String display = "%s: %d vCPUs | %d %s".formatted(flavor.category(), flavor.cpu(), memory, unit);
        return new SpecificationPage.Specification(
                flavor.name(),
                flavor.name(),
                flavor.category(),
                new SpecificationPage.Cpu(ARCHITECTURE, flavor.cpu()),
                new SpecificationPage.Memory(unit, memory),
                "",
                false,
                true,
                isSoldOut(flavor) ? "sellout" : "normal",
                false,
                display,
                display);
    }

    private boolean isSoldOut(Flavor flavor) {
        return pools.pools().stream().noneMatch(pool -> admission.free(pool.name(), flavor.name()) > 0);
    }
}
